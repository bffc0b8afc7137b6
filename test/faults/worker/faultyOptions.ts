/** The options of a worker with points, made so that what it left undone when it died is noticed soon. */
import type { WorkerOptions } from '../../../src/worker.ts'
import { WORKFLOWS_IN_THIS_THREAD } from '../../fixtures/temporalRuntime.ts'
import type { FaultPlan } from './faultPlan.ts'
import { faultyActivities } from './faultyActivities.ts'
import { makeMessagesFaulty } from './faultyMessages.ts'
import { createPoints } from './points.ts'

/** What stands still keeps its slot, and so does what its workflow begins meanwhile. */
const SLOTS_TO_STAND = 5_000

/** Of more than a slow machine does within their time limits, none is ever done in time: each is begun anew, and again. */
const SLOTS = 20
const WORKFLOW_TASKS = 6

// Once in each process; only activities of a plan pass points with their messages.
makeMessagesFaulty()

/** For `runWorker`. */
export function faultyOptions(plan: FaultPlan): WorkerOptions {
  const points = createPoints(plan)
  return {
    workflowBundlePath: plan.workflowBundlePath,
    heartbeatEveryMs: plan.heartbeatEveryMs,
    amend: (worker) => ({
      ...worker,
      ...WORKFLOWS_IN_THIS_THREAD,
      activities: faultyActivities(
        worker.activities as Parameters<typeof faultyActivities>[0],
        plan,
        points,
        plan.reportPath,
      ),
      maxConcurrentActivityTaskExecutions: Object.keys(plan.points).length > 0 ? SLOTS_TO_STAND : SLOTS,
      // Whatever is handed to a process that stands still is lost for as long as its time limit.
      maxConcurrentActivityTaskPolls: 1,
      maxConcurrentWorkflowTaskPolls: 2,
      maxConcurrentWorkflowTaskExecutions: WORKFLOW_TASKS,
      // The tasks of a dead worker's workflows wait in its own queue for that long.
      stickyQueueScheduleToStartTimeout: '2 seconds',
      // Otherwise the worker keeps heartbeats back for most of their time limit, and a slow machine then misses it.
      maxHeartbeatThrottleInterval: plan.heartbeatEveryMs,
    }),
  }
}
