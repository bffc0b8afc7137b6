/** `npm run build`: all that the published package runs, in `dist`. */
import { execFile } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { bundleWorkflows } from './bundleWorkflows.ts'
import { copyScripts } from './copyScripts.ts'
import { nameCompiledFiles } from './nameCompiledFiles.ts'
import { writeSchemas } from './writeSchemas.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const SOURCES = join(ROOT, 'src')
const DIST = join(ROOT, 'dist')

await rm(DIST, { recursive: true, force: true })
await compile()
await Promise.all([nameCompiledFiles(DIST), copyScripts(SOURCES, DIST), bundleWorkflows(DIST), writeSchemas(DIST)])

async function compile(): Promise<void> {
  const compiler = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc')
  const ran = promisify(execFile)(process.execPath, [compiler, '-p', 'tsconfig.build.json'], { cwd: ROOT })
  await ran.catch((error: Error & { readonly stdout?: string }) => {
    console.error(error.stdout)
    throw error
  })
}
