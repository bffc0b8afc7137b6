/** The workflow code as the build bundled it, which saves a worker the bundling at its start. */
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

/** The build puts the bundle and what it says of it beside this file; a checkout has neither. */
export const BUNDLE_FILE = 'workflowBundle.js'
export const BUNDLE_FACTS = 'workflowBundle.json'

/** What a bundle must agree on with the worker that runs it. */
export interface BundleFacts {
  readonly temporalVersion: string
}

/** The version of Temporal's SDK that is installed: a bundle holds a copy of its workflow part. */
export function temporalVersion(): string {
  return (createRequire(import.meta.url)('@temporalio/worker/package.json') as { readonly version: string }).version
}

/** The path of the bundle, or null where there is none that was made with the installed version of the SDK. */
export function readyBundle(
  folder: URL = new URL('./', import.meta.url),
  installed = temporalVersion(),
): string | null {
  const facts = new URL(BUNDLE_FACTS, folder)
  if (!existsSync(facts)) return null
  const made = JSON.parse(readFileSync(facts, 'utf8')) as BundleFacts
  return made.temporalVersion === installed ? fileURLToPath(new URL(BUNDLE_FILE, folder)) : null
}
