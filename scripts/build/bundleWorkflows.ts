/** The workflow code in one file, ready for a worker. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker'
import { BUNDLE_FACTS, BUNDLE_FILE, type BundleFacts, temporalVersion } from '../../src/readyBundle.ts'

/** Bundles the compiled workflows of a folder into it. */
export async function bundleWorkflows(folder: string): Promise<void> {
  const compiled = (await import(pathToFileURL(join(folder, 'workflowSources.js')).href)) as {
    readonly WORKFLOW_SOURCES: { readonly workflowsPath: string; readonly payloadConverterPath: string }
  }
  const { code } = await bundleWorkflowCode({
    ...compiled.WORKFLOW_SOURCES,
    logger: new DefaultLogger('WARN'),
    webpackConfigHook: (config) => ({
      ...config,
      // Stack traces name files by their place in the package, not by where it was built.
      output: { ...config.output, devtoolModuleFilenameTemplate: placeInPackage },
    }),
  })
  const facts: BundleFacts = { temporalVersion: temporalVersion() }
  await writeFile(join(folder, BUNDLE_FILE), code)
  await writeFile(join(folder, BUNDLE_FACTS), `${JSON.stringify(facts)}\n`)
}

function placeInPackage({ resourcePath }: { readonly resourcePath: string }): string {
  return resourcePath.replaceAll(process.cwd(), '.')
}
