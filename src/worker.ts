/** The composition root of the worker process: settings, pools and hooks become activities, and those a Temporal worker. */
import {
  bundleWorkflowCode,
  NativeConnection,
  Runtime,
  type WorkerOptions as TemporalOptions,
  Worker,
} from '@temporalio/worker'
import { type Clock, type CreatedActivities, createActivities, type Hooks } from './activities/index.ts'
import { type Config, dsnFromEnvironment } from './config.ts'
import { createCatalogPool } from './postgres/catalog/pool.ts'
import { listServers } from './postgres/catalog/projects/servers.ts'
import { readyBundle } from './readyBundle.ts'
import { temporalUnreachable } from './temporalTrouble.ts'
import { WORKFLOW_SOURCES } from './workflowSources.ts'

export {
  type AfterCommitContext,
  CAPABILITIES,
  type Capability,
  type Clock,
  type Hooks,
} from './activities/index.ts'
export { type Config, readConfig } from './config.ts'
export type { ListedTenant } from './contract/hooks/tenantList.ts'
export type { CacheDocument } from './postgres/catalog/cache.ts'
export type { CacheStore } from './postgres/catalog/cacheStore.ts'
export { WORKFLOW_SOURCES } from './workflowSources.ts'

/** A worker in this process; `finished` settles when it has stopped, after `stop` or a signal. */
export interface RunningWorker {
  /** Takes nothing new, lets work in flight end within the grace time, and resolves when it has. */
  readonly stop: () => Promise<void>
  /** Resolves when the worker has stopped; rejects when it died. */
  readonly finished: Promise<void>
}

/** What an embedder may add to the worker. */
export interface WorkerOptions {
  /** What the embedding program adds: called in this process. */
  readonly hooks?: Hooks
  /** A workflow bundle made before; default that of the settings, then that of the package; in a checkout the worker bundles at start. */
  readonly workflowBundlePath?: string
  /**
   * What is in flight may end by itself for so long after a signal, then it is cancelled; default 65 s, in which any
   * statement of a transaction ends (`statement_timeout` is 60 s). Shorter than the time after which you kill the process.
   */
  readonly shutdownGraceMs?: number
  /** Between two heartbeats of an activity, in ms; default 4,000. Only a bundle with other time limits needs another value. */
  readonly heartbeatEveryMs?: number
  /** The time by the clock of Temporal's server, in ms since 1970; default this machine's. Only a server that skips time differs. */
  readonly now?: Clock
  /** The connection string behind the name that a server was added with; default the variable of that name. */
  readonly dsn?: (name: string) => string | undefined
  /** The last word on what Temporal's worker is made of; fault injection puts itself around the activities with it. */
  readonly amend?: (worker: TemporalOptions) => TemporalOptions
}

const SHUTDOWN_GRACE_MS = 65_000

/** Starts a worker. Errors: `TEMPORAL_UNREACHABLE`, `CATALOG_UNREACHABLE`, `NOT_INITIALISED`. */
export async function runWorker(config: Config, options: WorkerOptions = {}): Promise<RunningWorker> {
  const catalog = createCatalogPool(config.catalogUrl)
  const { hooks = {}, heartbeatEveryMs, now, dsn = dsnFromEnvironment } = options
  const created = createActivities({
    catalog,
    dsn,
    hooks,
    ...(heartbeatEveryMs !== undefined && { heartbeatEveryMs }),
    ...(now !== undefined && { now }),
  })
  const release = async (): Promise<void> => {
    await created.close()
    await catalog.end()
  }
  try {
    // A worker without a catalog would take work and only ever retry it.
    await listServers(catalog)
    const connection = await connect(config)
    const worker = await createWorker(config, connection, created, options).catch(async (error: unknown) => {
      await connection.close()
      throw error
    })
    return running(worker, async () => {
      await connection.close()
      await release()
    })
  } catch (error) {
    await release()
    throw error
  }
}

function running(worker: Worker, release: () => Promise<void>): RunningWorker {
  const finished = worker.run().finally(release)
  return {
    finished,
    stop: async () => {
      if (worker.getState() === 'RUNNING') worker.shutdown()
      await finished
    },
  }
}

async function createWorker(
  config: Config,
  connection: NativeConnection,
  { activities, interceptor }: CreatedActivities,
  options: WorkerOptions,
): Promise<Worker> {
  const { amend = (worker) => worker } = options
  const bundlePath = options.workflowBundlePath ?? config.workflowBundle ?? readyBundle()
  const worker: TemporalOptions = {
    connection,
    namespace: config.temporal.namespace,
    taskQueue: config.taskQueue,
    activities: { ...activities },
    interceptors: { activity: [interceptor] },
    maxCachedWorkflows: 500,
    shutdownGraceTime: options.shutdownGraceMs ?? SHUTDOWN_GRACE_MS,
    workflowBundle: bundlePath === null ? await bundle() : { codePath: bundlePath },
  }
  return await Worker.create(amend(worker))
}

async function connect(config: Config): Promise<NativeConnection> {
  try {
    return await NativeConnection.connect({ ...config.temporal.connection, address: config.temporal.address })
  } catch (error) {
    throw temporalUnreachable(error, config.temporal)
  }
}

/** Made here and not by the worker, which would load the converter of workflow code for its own payloads, too. */
async function bundle(): Promise<{ code: string }> {
  return await bundleWorkflowCode({ ...WORKFLOW_SOURCES, logger: Runtime.instance().logger })
}
