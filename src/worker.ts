/** The composition root of the worker process: settings, pools and hooks become activities, and those a Temporal worker. */
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { NativeConnection, type WorkerOptions as TemporalOptions, Worker } from '@temporalio/worker'
import { FailureInterceptor } from './activities/failureInterceptor.ts'
import { createActivities, type Hooks } from './activities/index.ts'
import { type Config, dsnFromEnvironment } from './config.ts'
import type { AllActivities } from './contract.ts'
import { SurroundingsMissing } from './errors.ts'
import { createCatalogPool } from './postgres/catalog/pool.ts'
import { listServers } from './postgres/catalog/servers.ts'

/** A worker in this process; `finished` settles when it has stopped, after `stop` or a signal. */
export interface RunningWorker {
  readonly stop: () => Promise<void>
  readonly finished: Promise<void>
}

/** What an embedder may add to the worker. */
export interface WorkerOptions {
  readonly hooks?: Hooks
  /** A workflow bundle made before; otherwise the worker bundles at start (about a second). */
  readonly workflowBundlePath?: string
  /**
   * What is in flight may end by itself for so long after a signal, then it is cancelled; default 65 s, in which any
   * statement of a transaction ends (`statement_timeout` is 60 s). Shorter than the time after which you kill the process.
   */
  readonly shutdownGraceMs?: number
  /** The last word on what Temporal's worker is made of; fault injection puts itself around the activities with it. */
  readonly amend?: (worker: TemporalOptions) => TemporalOptions
}

const SHUTDOWN_GRACE_MS = 65_000

/** Starts a worker. Errors: `TEMPORAL_UNREACHABLE`, `CATALOG_UNREACHABLE`, `NOT_INITIALISED`. */
export async function runWorker(config: Config, options: WorkerOptions = {}): Promise<RunningWorker> {
  const catalog = createCatalogPool(config.catalogUrl)
  const { activities, close } = createActivities({ catalog, dsn: dsnFromEnvironment, hooks: options.hooks ?? {} })
  const release = async (): Promise<void> => {
    await close()
    await catalog.end()
  }
  try {
    // A worker without a catalog would take work and only ever retry it.
    await listServers(catalog)
    const connection = await connect(config)
    const worker = await createWorker(config, connection, activities, options).catch(async (error: unknown) => {
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
  activities: AllActivities,
  options: WorkerOptions,
): Promise<Worker> {
  const { amend = (worker) => worker } = options
  const worker: TemporalOptions = {
    connection,
    namespace: config.temporal.namespace,
    taskQueue: config.taskQueue,
    activities: { ...activities },
    interceptors: { activity: [(context) => ({ inbound: new FailureInterceptor(context) })] },
    maxCachedWorkflows: 500,
    shutdownGraceTime: options.shutdownGraceMs ?? SHUTDOWN_GRACE_MS,
    ...(options.workflowBundlePath === undefined
      ? { workflowsPath: workflowsPath() }
      : { workflowBundle: { codePath: options.workflowBundlePath } }),
  }
  return await Worker.create(amend(worker))
}

async function connect(config: Config): Promise<NativeConnection> {
  try {
    return await NativeConnection.connect({ ...config.temporal.connection, address: config.temporal.address })
  } catch {
    throw new SurroundingsMissing(
      'TEMPORAL_UNREACHABLE',
      `Temporal does not answer at ${config.temporal.address} (namespace ${config.temporal.namespace}).`,
    )
  }
}

function workflowsPath(): string {
  const source = fileURLToPath(new URL('./workflows/index.ts', import.meta.url))
  return existsSync(source) ? source : fileURLToPath(new URL('./workflows/index.js', import.meta.url))
}
