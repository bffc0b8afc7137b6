/** The worker of a lane, and the real activities of whatever world has it. */
import { GracefulShutdownPeriodExpiredError, Worker } from '@temporalio/worker'
import { type Clock, type CreatedActivities, createActivities } from '../../../src/activities/index.ts'
import type { AllActivities } from '../../../src/contract.ts'
import { createCatalogPool } from '../../../src/postgres/catalog/pool.ts'
import { WORKFLOWS_IN_THIS_THREAD } from '../../fixtures/temporalRuntime.ts'
import type { Sky } from '../weather/sky.ts'
import type { TimeSkipping } from './timeSkipping.ts'

type ActivitiesByName = Readonly<Record<string, (input: never) => Promise<unknown>>>

/** Of what the worker of a lane is made. */
export interface LaneWorkerOptions {
  readonly temporal: TimeSkipping
  readonly taskQueue: string
  readonly workflowBundlePath: string
  readonly cachedWorkflows: number
  /** Those of the world that has the lane. */
  readonly activities: () => AllActivities
}

/** Starts the worker of a lane; the returned function ends it. */
export async function startLaneWorker(options: LaneWorkerOptions): Promise<() => Promise<void>> {
  const now = (): Promise<number> => options.temporal.currentTimeMs()
  const { interceptor, dispatched } = await dispatching(now, options.activities)
  const worker = await Worker.create({
    ...WORKFLOWS_IN_THIS_THREAD,
    connection: options.temporal.nativeConnection,
    taskQueue: options.taskQueue,
    activities: dispatched,
    interceptors: { activity: [interceptor] },
    workflowBundle: { codePath: options.workflowBundlePath },
    maxCachedWorkflows: options.cachedWorkflows,
    maxConcurrentWorkflowTaskExecutions: 10,
    shutdownGraceTime: 500,
    shutdownForceTime: 5_000,
  })
  const finished = worker.run()
  return async () => {
    worker.shutdown()
    try {
      await finished
    } catch (error) {
      // An activity that outlives its worker is no news here: its world has ended.
      if (!(error instanceof GracefulShutdownPeriodExpiredError)) throw error
    }
  }
}

/** Activities by the names that all worlds have in common, and the interceptor, in which there is nothing of a world. */
async function dispatching(now: Clock, current: () => AllActivities) {
  const { activities, interceptor, close } = openActivities({
    catalogUrl: 'postgres://localhost/none',
    dsn: () => undefined,
    now,
  })
  await close()
  const dispatch = (name: string) => (input: never) => (current() as unknown as ActivitiesByName)[name]?.(input)
  const dispatched = Object.fromEntries(Object.keys(activities).map((name) => [name, dispatch(name)]))
  return { interceptor, dispatched }
}

/** The activities of one world, under its weather if there is any; nothing is connected before it is used. */
export function openActivities(options: {
  readonly catalogUrl: string
  readonly dsn: (variable: string) => string | undefined
  /** Temporal's time, which runs ahead of the machine's. */
  readonly now: Clock
  readonly sky?: Sky
}): CreatedActivities {
  const { dsn, now, sky } = options
  const catalog = createCatalogPool(options.catalogUrl)
  const { activities, interceptor, close } = createActivities({ catalog, dsn, hooks: {}, now })
  return {
    activities: sky?.wrap(activities) ?? activities,
    interceptor,
    close: async () => {
      await sky?.clear()
      await close()
      await catalog.end()
    },
  }
}
