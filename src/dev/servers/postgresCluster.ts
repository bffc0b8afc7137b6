/** The data of an embedded Postgres: where it lies, whose it is, and its password. */
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { chown, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { SurroundingsMissing } from '../../errors.ts'
import type { PostgresBinaries } from './postgresBinaries.ts'
import { canReach, ownerOf, SHARED_FOLDER } from './postgresUser.ts'
import { type SystemUser, startTiedProcess } from './tiedProcess.ts'

/** A cluster on disk. */
export interface Cluster {
  /** A folder that belongs to the account Postgres runs as. */
  readonly home: string
  readonly data: string
  readonly password: string
  readonly user: SystemUser | null
}

/** The one superuser. */
export const SUPERUSER = 'postgres'

/** Postgres gets none of our environment: a PGOPTIONS or LC_ALL of the caller must not change what it does. */
export const POSTGRES_ENV = { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' } as const

/** What `dataDir` itself holds: readable by us only. */
interface Note {
  readonly password: string
  /** Null when the data lie in `dataDir`; another place when Postgres's account cannot reach that. */
  readonly elsewhere: string | null
}

interface OpenCluster {
  readonly dataDir: string
  readonly ephemeral: boolean
  readonly user: SystemUser | null
  readonly binaries: PostgresBinaries
}

/** Opens the cluster of `dataDir`, making it first if it is not there. Errors: `SERVER_UNAVAILABLE`. */
export async function openCluster(wanted: OpenCluster): Promise<Cluster> {
  await mkdir(wanted.dataDir, { recursive: true })
  const note = (await readNote(wanted.dataDir)) ?? (await writeNote(wanted))
  const home = note.elsewhere ?? join(wanted.dataDir, 'cluster')
  if (!existsSync(home)) await makeHome(home, wanted.user)
  const user = ownerOf(home)
  const cluster = { home, data: join(home, 'data'), password: note.password, user }
  if (existsSync(cluster.data)) await checkMajor(cluster, wanted.binaries)
  else await initialise(cluster, wanted)
  return cluster
}

function notePath(dataDir: string): string {
  return join(dataDir, 'postgres.json')
}

async function readNote(dataDir: string): Promise<Note | null> {
  if (!existsSync(notePath(dataDir))) return null
  return JSON.parse(await readFile(notePath(dataDir), 'utf8')) as Note
}

async function writeNote({ dataDir, user, ephemeral }: OpenCluster): Promise<Note> {
  const password = randomBytes(24).toString('base64url')
  const elsewhere = canReach(dataDir, user) ? null : await chooseElsewhere(ephemeral)
  const note: Note = { password, elsewhere }
  const aside = `${notePath(dataDir)}.new`
  await writeFile(aside, `${JSON.stringify(note, null, 2)}\n`, { mode: 0o600 })
  await rename(aside, notePath(dataDir))
  return note
}

async function chooseElsewhere(ephemeral: boolean): Promise<string> {
  if (ephemeral) return join(tmpdir(), `schema-saga-postgres-${randomBytes(6).toString('hex')}`)
  await mkdir(SHARED_FOLDER, { recursive: true, mode: 0o755 })
  return join(SHARED_FOLDER, `data-${randomBytes(6).toString('hex')}`)
}

async function makeHome(home: string, user: SystemUser | null): Promise<void> {
  await mkdir(home, { mode: 0o700 })
  if (user !== null) await chown(home, user.uid, user.gid)
}

/** The first major with locales of its own. */
const BUILTIN_SINCE = 17

async function checkMajor({ data }: Cluster, { major }: PostgresBinaries): Promise<void> {
  const found = (await readFile(join(data, 'PG_VERSION'), 'utf8')).trim()
  if (found === major) return
  throw new SurroundingsMissing(
    'SERVER_UNAVAILABLE',
    `The data in ${data} belong to Postgres ${found}, but the embedded server is Postgres ${major}: remove the folder, or move the data with pg_upgrade.`,
  )
}

async function initialise(cluster: Cluster, { binaries, ephemeral }: OpenCluster): Promise<void> {
  const unfinished = join(cluster.home, 'data.unfinished')
  await rm(unfinished, { recursive: true, force: true })
  const passwordFile = await writePasswordFile(cluster)
  // Postgres's own C.UTF-8 sorts and folds the same on every machine, and needs no locale of the system.
  const builtin =
    Number(binaries.major) < BUILTIN_SINCE ? [] : ['--locale-provider=builtin', '--builtin-locale=C.UTF-8']
  const locale = ['--locale=C', '--encoding=UTF8', ...builtin]
  const access = ['--auth=scram-sha-256', `--username=${SUPERUSER}`, `--pwfile=${passwordFile}`]
  const initdb = await startTiedProcess({
    command: binaries.initdb,
    args: [`--pgdata=${unfinished}`, ...locale, ...access, ...(ephemeral ? ['--no-sync'] : [])],
    env: POSTGRES_ENV,
    cwd: cluster.home,
    user: cluster.user,
    stopSignal: 'SIGINT',
    ...(ephemeral ? { removeIfOrphaned: cluster.home } : {}),
  })
  const failure = await initdb.ended
  await rm(dirname(passwordFile), { recursive: true, force: true })
  if (failure !== null) throw new SurroundingsMissing('SERVER_UNAVAILABLE', `Postgres's initdb ${failure}`)
  await rename(unfinished, cluster.data)
}

async function writePasswordFile({ home, password, user }: Cluster): Promise<string> {
  const folder = await mkdtemp(join(home, 'password-'))
  const file = join(folder, 'password')
  await writeFile(file, `${password}\n`, { mode: 0o600 })
  if (user !== null) {
    await chown(file, user.uid, user.gid)
    await chown(folder, user.uid, user.gid)
  }
  return file
}
