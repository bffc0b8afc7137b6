/** Where a server's executable comes from: a setting, the PATH, the cache, a download, or a build from source. */
import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, join, resolve } from 'node:path'
import { type Environment, processEnvironment } from '../../config.ts'
import { SurroundingsMissing } from '../../errors.ts'
import { buildOnce, cacheDir } from './cacheDir.ts'
import { type Log, withProgress } from './progress.ts'
import { DOWNLOAD_HOST, downloadRelease } from './releaseDownload.ts'

/** What is known of one server. */
export interface ServerSource {
  /** As in "The <name> is not here". */
  readonly name: string
  /** The variable that names an executable. */
  readonly setting: string
  readonly onPath: boolean
  readonly entry: string
  readonly executable: string
  readonly artifact: string
  readonly tools: readonly string[]
  /** How to get the tools and what else would help, as the end of a sentence. */
  readonly remedy: string
  readonly buildLabel: string
  readonly build: (folder: string, env: Environment) => Promise<void>
}

/** Where to look; everything but the log has a default. */
export interface FindServerOptions {
  readonly log: Log
  readonly env?: Environment
  readonly downloadHost?: string
}

/** The path of the server's executable. Errors: `SETTING_INVALID`, `SERVER_UNAVAILABLE`. */
export async function findServer(source: ServerSource, options: FindServerOptions): Promise<string> {
  const env = options.env ?? processEnvironment()
  const explicit = env[source.setting]
  if (explicit !== undefined && explicit !== '') return checkExplicit(source, explicit)
  const installed = source.onPath ? findOnPath(source.executable, env) : null
  if (installed !== null) return installed
  const { log, downloadHost = DOWNLOAD_HOST } = options
  const folder = await buildOnce({
    cache: cacheDir(env),
    entry: source.entry,
    log,
    build: (aside) => make(source, { folder: aside, env, log, host: downloadHost }),
  })
  return join(folder, source.executable)
}

/** The path of a program of the PATH, or null. */
export function findOnPath(program: string, env: Environment): string | null {
  const folders = (env.PATH ?? '').split(delimiter).filter((folder) => folder !== '')
  return folders.map((folder) => resolve(folder, program)).find(isExecutable) ?? null
}

function checkExplicit(source: ServerSource, path: string): string {
  const absolute = resolve(path)
  if (isExecutable(absolute)) return absolute
  throw new SurroundingsMissing(
    'SETTING_INVALID',
    `${source.setting} is set to ${path}, which is not an executable file.`,
  )
}

function isExecutable(path: string): boolean {
  if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) return false
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

interface Making {
  readonly folder: string
  readonly env: Environment
  readonly log: Log
  readonly host: string
}

async function make(source: ServerSource, { folder, env, log, host }: Making): Promise<void> {
  const { artifact, executable } = source
  const label = `Downloading the ${source.name}`
  const obstacle = await downloadRelease({ artifact, executable, folder, host, label, log })
  if (obstacle === null) return
  const missing = source.tools.filter((tool) => findOnPath(tool, env) === null)
  if (missing.length > 0) {
    throw new SurroundingsMissing(
      'SERVER_UNAVAILABLE',
      `The ${source.name} is not here, it cannot be downloaded (${obstacle}), and it cannot be built because ` +
        `${missing.join(' and ')} cannot be found on the PATH: ${source.remedy}.`,
    )
  }
  log(`The ${source.name} cannot be downloaded (${obstacle}); it is built from source instead, once.`)
  await withProgress(source.buildLabel, log, () => source.build(folder, env))
}
