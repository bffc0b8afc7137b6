/** The cache directory outside the checkout: what was built or downloaded once serves every checkout. */
import { existsSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import envPaths from 'env-paths'
import lockfile from 'proper-lockfile'
import { type Environment, processEnvironment } from '../../config.ts'
import { SurroundingsMissing } from '../../errors.ts'
import type { Log } from './progress.ts'

/** One thing to be made at most once: a folder of the cache. */
export interface CacheEntry {
  readonly cache: string
  readonly entry: string
  readonly log: Log
  /** Fills the given folder; it becomes the entry only when this succeeds. */
  readonly build: (folder: string) => Promise<void>
}

// A lock that nobody has refreshed for this long belonged to a process that was killed.
const LOCK_STALE_MS = 10_000
const LOCK_REFRESH_MS = 2_500
const LOCK_RETRY_MS = 500

/** The cache directory: `SCHEMA_SAGA_CACHE_DIR`, else the operating system's place for caches. */
export function cacheDir(env: Environment = processEnvironment()): string {
  const setting = env.SCHEMA_SAGA_CACHE_DIR
  return setting === undefined || setting === '' ? envPaths('schema-saga', { suffix: '' }).cache : resolve(setting)
}

/** The folder of a finished entry; builds it first if it is missing, in one process at a time. */
export async function buildOnce(wanted: CacheEntry): Promise<string> {
  const finished = join(wanted.cache, wanted.entry)
  if (existsSync(finished)) return finished
  await makeCache(wanted.cache)
  const release = await lockEntry(finished, wanted)
  try {
    if (!existsSync(finished)) await buildAside(finished, wanted)
  } finally {
    await release()
  }
  return finished
}

async function makeCache(cache: string): Promise<void> {
  try {
    await mkdir(cache, { recursive: true })
  } catch (error) {
    throw new SurroundingsMissing(
      'SETTING_INVALID',
      `The cache directory ${cache} cannot be made (${(error as NodeJS.ErrnoException).code}): set SCHEMA_SAGA_CACHE_DIR to a writable one.`,
    )
  }
}

async function lockEntry(finished: string, { entry, log }: CacheEntry): Promise<() => Promise<void>> {
  let compromised = false
  const options: lockfile.LockOptions = {
    realpath: false,
    stale: LOCK_STALE_MS,
    update: LOCK_REFRESH_MS,
    // After a suspend another process may have taken over. Both builds are sound, and the first to finish wins.
    onCompromised: (error) => {
      compromised = true
      log(`The lock of ${entry} was taken over by another process (${error.message}).`)
    },
  }
  const release = await lockfile.lock(finished, options).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ELOCKED') throw error
    log(`Another process is making ${entry}: waiting for it.`)
    const retries = { forever: true, factor: 1, minTimeout: LOCK_RETRY_MS, maxTimeout: LOCK_RETRY_MS }
    return lockfile.lock(finished, { ...options, retries })
  })
  return async () => {
    if (!compromised) await release()
  }
}

async function buildAside(finished: string, { cache, entry, build }: CacheEntry): Promise<void> {
  await removeAbandoned(cache, entry)
  const aside = await mkdtemp(join(cache, asidePrefix(entry)))
  try {
    await build(aside)
    // mkdtemp makes it private, but Postgres may run as another account.
    await chmod(aside, 0o755)
    await rename(aside, finished)
  } catch (error) {
    await rm(aside, { recursive: true, force: true })
    if (!existsSync(finished)) throw error
  }
}

/** Removes what killed builds left: we hold the lock, so nobody is working there. */
async function removeAbandoned(cache: string, entry: string): Promise<void> {
  const abandoned = (await readdir(cache)).filter((name) => name.startsWith(asidePrefix(entry)))
  await Promise.all(abandoned.map((name) => rm(join(cache, name), { recursive: true, force: true })))
}

function asidePrefix(entry: string): string {
  return `.${entry}.unfinished-`
}
