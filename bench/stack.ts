/** The servers of one run: Postgres with the settings of the dev stack, the Temporal dev server, and a catalog. */
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connectSchemaSaga, type SchemaSagaClient } from '../src/client.ts'
import { readConfig } from '../src/config.ts'
import type { Cleanup } from '../src/dev/cleanup.ts'
import { startEmbeddedPostgres } from '../src/dev/servers/embeddedPostgres.ts'
import { findTemporalCli } from '../src/dev/servers/temporalCli.ts'
import { startTemporalDevServer } from '../src/dev/servers/temporalServer.ts'
import { freshDatabase } from './databases.ts'

/** Holds the connection string of the fleet that is measured, in the environment of the worker. */
export const TARGETS_VARIABLE = 'SCHEMA_SAGA_BENCH_TARGETS_URL'

/** What the parts of a run share. */
export interface BenchStack {
  /** Scratch space; removed at the end. */
  readonly folder: string
  /** A superuser's connection string to the server's own database. */
  readonly serverUrl: string
  readonly catalogUrl: string
  readonly temporalAddress: string
  /** The settings of client and worker. */
  readonly env: Readonly<Record<string, string>>
  readonly client: SchemaSagaClient
}

interface StackOptions {
  /** False: Postgres does not wait for the disk. For everybody in the run alike. */
  readonly durable: boolean
  readonly log: (line: string) => void
  readonly cleanup: Cleanup
}

/** A drop of a database with 10,000 namespaces, and tools that lock all tables of many, need room. */
const SETTINGS = { max_connections: '300', max_locks_per_transaction: '512' }

const NOT_DURABLE = { fsync: 'off', full_page_writes: 'off', synchronous_commit: 'off' }

/** Starts the servers and makes the catalog; `cleanup` ends all of it. */
export async function startBenchStack({ durable, log, cleanup }: StackOptions): Promise<BenchStack> {
  const folder = await mkdtemp(join(tmpdir(), 'schema-saga-bench-'))
  await cleanup.add(() => rm(folder, { recursive: true, force: true }))
  // Postgres may run as another account, and its data are to lie in here.
  await chmod(folder, 0o755)
  const settings = durable ? SETTINGS : { ...SETTINGS, ...NOT_DURABLE }
  const postgres = await startEmbeddedPostgres({ dataDir: join(folder, 'postgres'), settings, log })
  await cleanup.add(() => postgres.stop())
  const temporal = await startTemporalDevServer({
    cliPath: await findTemporalCli({ log }),
    dbFilename: join(folder, 'temporal.db'),
    namespace: 'default',
    headless: true,
    log,
  })
  await cleanup.add(() => temporal.stop())
  const serverUrl = postgres.url('postgres')
  const catalogUrl = await freshDatabase(serverUrl, 'catalog')
  const env = { SCHEMA_SAGA_CATALOG_URL: catalogUrl, TEMPORAL_ADDRESS: temporal.address }
  const client = await connectSchemaSaga({ config: readConfig(env, folder) })
  await cleanup.add(() => client.close())
  await client.initialise()
  return { folder, serverUrl, catalogUrl, temporalAddress: temporal.address, env, client }
}
