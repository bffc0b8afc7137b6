/** The workers of a test file: starting one takes longer than most stories, so that all stories share it. */
import { Context } from '@temporalio/activity'
import type { TestWorkflowEnvironment } from '@temporalio/testing'
import { Worker } from '@temporalio/worker'
import { inject } from 'vitest'
import type { Hooks } from '../../src/activities/index.ts'
import type { AllActivities } from '../../src/contract.ts'
import { WORKFLOWS_IN_THIS_THREAD } from '../fixtures/temporalRuntime.ts'
import type { FleetDatabases } from './fleet.ts'

/** What happens to the operations of one project. */
export interface Cast {
  readonly activities: AllActivities
  readonly afterCommit: NonNullable<Hooks['afterCommit']>
}

/** The workers of both kinds of workflow code. */
export interface StoryWorkers {
  /** The real ones: what those of a story are put in front of. */
  readonly activities: AllActivities
  /** From now on the workflows of that project are given these activities. */
  readonly cast: (project: string, cast: Cast) => void
  /** The task queue of a running worker with the usual policies, or with quick ones. */
  readonly taskQueue: (kind: 'usual' | 'quick') => Promise<string>
  readonly close: () => Promise<void>
}

/** Starts a worker of either kind when it is asked for. */
export function createStoryWorkers(environment: TestWorkflowEnvironment, databases: FleetDatabases): StoryWorkers {
  const casts = new Map<string, Cast>()
  const created = databases.activities(environment, {
    afterCommit: async (operation, context) => await casts.get(operation.project)?.afterCommit(operation, context),
  })
  const running = new Map<string, Promise<() => Promise<void>>>()
  const start = async (kind: 'usual' | 'quick', taskQueue: string): Promise<() => Promise<void>> => {
    const worker = await Worker.create({
      ...WORKFLOWS_IN_THIS_THREAD,
      connection: environment.nativeConnection,
      taskQueue,
      workflowBundle: { codePath: inject(kind === 'quick' ? 'quickWorkflowBundlePath' : 'workflowBundlePath') },
      activities: { ...dispatched(created.activities, casts) },
      interceptors: { activity: [created.interceptor] },
      // A story that failed leaves its gate shut, and the activity in front of it never ends.
      shutdownForceTime: '10 seconds',
    })
    const ended = worker.run()
    return async () => {
      worker.shutdown()
      await ended
    }
  }
  return {
    activities: created.activities,
    cast: (project, cast) => {
      casts.set(project, cast)
    },
    taskQueue: async (kind) => {
      const taskQueue = `stories-${kind}`
      const stop = running.get(taskQueue) ?? start(kind, taskQueue)
      running.set(taskQueue, stop)
      await stop
      return taskQueue
    },
    close: async () => {
      for (const stop of running.values()) await (await stop)()
      await created.close()
    },
  }
}

/** Each call goes to the activities of the project that its workflow is named for. */
function dispatched(real: AllActivities, casts: ReadonlyMap<string, Cast>): AllActivities {
  const names = Object.keys(real) as (keyof AllActivities)[]
  const calls = names.map((name) => {
    const call = async (input: never): Promise<unknown> => {
      const [, project = ''] = Context.current().info.workflowExecution?.workflowId.split('/') ?? []
      const activities = casts.get(project)?.activities ?? real
      return await (activities[name] as (input: never) => Promise<unknown>)(input)
    }
    return [name, call]
  })
  return Object.fromEntries(calls) as AllActivities
}
