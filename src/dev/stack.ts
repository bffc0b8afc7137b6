/** The embedded stack: Postgres, the Temporal dev server, the catalog and a worker, all of this process. */
import { join } from 'node:path'
import type { SchemaSagaClient } from '../client/types.ts'
import { connectSchemaSaga } from '../client.ts'
import { type Config, type DevStack, type Environment, STATE_FOLDER } from '../config.ts'
import { DEFAULT_TASK_QUEUE } from '../contract.ts'
import { runWorker } from '../worker.ts'
import { installQuietWorkerLog } from '../workerLog.ts'
import type { Cleanup } from './cleanup.ts'
import { createDatabases } from './databases.ts'
import { readPorts } from './ports.ts'
import { startEmbeddedPostgres } from './servers/embeddedPostgres.ts'
import { findTemporalCli } from './servers/temporalCli.ts'
import { startTemporalDevServer } from './servers/temporalServer.ts'
import { takeFolder, writeDevStack } from './stateFolder.ts'

/** The two servers of the demo are two databases of one Postgres: what differs for a tenant is only the address. */
export const DEMO_SERVERS = [
  { id: 'alpha', dsnEnv: 'SCHEMA_SAGA_DEMO_ALPHA_URL', database: 'demo_alpha' },
  { id: 'beta', dsnEnv: 'SCHEMA_SAGA_DEMO_BETA_URL', database: 'demo_beta' },
] as const

const CATALOG_DATABASE = 'schema_saga_catalog'
const TEMPORAL_NAMESPACE = 'default'

/** A stack that is up. */
export interface RunningStack {
  readonly stack: DevStack
  readonly client: SchemaSagaClient
}

interface StackOptions {
  readonly folder: string
  readonly env: Environment
  readonly log: (line: string) => void
  /** Gets the closer of whatever was started, also when the start fails half-way. */
  readonly cleanup: Cleanup
}

/** Starts everything. Errors: `IN_PROGRESS`, `SETTING_INVALID`, and what the servers say. */
export async function startStack(options: StackOptions): Promise<RunningStack> {
  const { folder, cleanup, log } = options
  const ports = readPorts(options.env)
  await cleanup.add(await takeFolder(folder, (error) => log(`The lock of ${STATE_FOLDER} was lost: ${error.message}`)))
  const [dsn, temporal] = await Promise.all([startPostgres(options, ports.postgres), startTemporal(options, ports)])
  const stack: DevStack = { ...dsn, ...temporal, pid: process.pid }
  // Before the worker: it reads the connection strings of its servers from here.
  await cleanup.add(await writeDevStack(folder, stack))
  const config = configOf(stack)
  const client = await connectSchemaSaga({ config })
  await cleanup.add(() => client.close())
  await client.initialise()
  await cleanup.add(installQuietWorkerLog(log))
  const worker = await runWorker(config)
  await cleanup.add(() => worker.stop())
  return { stack, client }
}

async function startPostgres(
  { folder, log, cleanup }: StackOptions,
  port: number,
): Promise<Pick<DevStack, 'catalogUrl' | 'dsn'>> {
  const postgres = await startEmbeddedPostgres({ dataDir: join(folder, STATE_FOLDER, 'postgres'), port, log })
  await cleanup.add(() => postgres.stop())
  await createDatabases(postgres.url('postgres'), [CATALOG_DATABASE, ...DEMO_SERVERS.map((each) => each.database)])
  return {
    catalogUrl: postgres.url(CATALOG_DATABASE),
    dsn: Object.fromEntries(DEMO_SERVERS.map(({ dsnEnv, database }) => [dsnEnv, postgres.url(database)])),
  }
}

async function startTemporal(
  { folder, log, cleanup }: StackOptions,
  ports: { readonly temporal: number; readonly webUi: number },
): Promise<Pick<DevStack, 'temporalAddress' | 'webUi'>> {
  const cliPath = await findTemporalCli({ log })
  const temporal = await startTemporalDevServer({
    cliPath,
    dbFilename: join(folder, STATE_FOLDER, 'temporal.db'),
    port: ports.temporal,
    uiPort: ports.webUi,
    namespace: TEMPORAL_NAMESPACE,
    log,
  })
  await cleanup.add(() => temporal.stop())
  if (temporal.webUi === null) throw new Error('The Temporal dev server came up without its Web UI.')
  return { temporalAddress: temporal.address, webUi: temporal.webUi }
}

/** The stack's own settings, whatever the environment says about other servers. */
function configOf({ catalogUrl, temporalAddress }: DevStack): Config {
  return {
    catalogUrl,
    temporal: { address: temporalAddress, namespace: TEMPORAL_NAMESPACE, connection: {} },
    taskQueue: DEFAULT_TASK_QUEUE,
    workflowBundle: null,
  }
}
