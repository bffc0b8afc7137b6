/** What a bundle of our workflow code is made of; `bundleWorkflowCode` of the SDK takes it as it is. */
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** The paths of the workflows and of the converter that reads what is sent to them. */
export const WORKFLOW_SOURCES: { readonly workflowsPath: string; readonly payloadConverterPath: string } = {
  workflowsPath: pathOf('index'),
  payloadConverterPath: pathOf('payloadConverter'),
}

function pathOf(module: string): string {
  const source = fileURLToPath(new URL(`./workflows/${module}.ts`, import.meta.url))
  return existsSync(source) ? source : fileURLToPath(new URL(`./workflows/${module}.js`, import.meta.url))
}
