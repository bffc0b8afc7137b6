/** The real worker in a process of its own, which dies when its operations have come to the points of its plan. */
import { DefaultLogger, Runtime } from '@temporalio/worker'
import { processEnvironment, readConfig } from '../../src/config.ts'
import { runWorker } from '../../src/worker.ts'
import { FAULT_PLAN, type FaultPlan } from './faultPlan.ts'
import { faultyActivities } from './faultyActivities.ts'
import { makeMessagesFaulty } from './faultyMessages.ts'
import { createPoints } from './points.ts'

/** What stands still keeps its slot, and so does what its workflow begins meanwhile. */
const SLOTS = 5_000
const WORKFLOW_TASKS = 6

Runtime.install({ logger: new DefaultLogger('ERROR') })
const plan = JSON.parse(processEnvironment()[FAULT_PLAN] ?? '') as FaultPlan
const points = createPoints(plan)
if (plan.messages) makeMessagesFaulty(points, plan.catalogDatabase)
await runWorker(readConfig(), {
  workflowBundlePath: plan.workflowBundlePath,
  amend: (worker) => ({
    ...worker,
    activities: faultyActivities(worker.activities as Parameters<typeof faultyActivities>[0], points),
    maxConcurrentActivityTaskExecutions: SLOTS,
    // Whatever is handed to a process that stands still is lost for as long as its time limit; and of more workflow tasks
    // than a slow machine does in 10 s, none is ever done in time: each is begun anew, and takes longer than the last.
    maxConcurrentActivityTaskPolls: 1,
    maxConcurrentWorkflowTaskPolls: 2,
    maxConcurrentWorkflowTaskExecutions: WORKFLOW_TASKS,
  }),
})
console.log('worker is ready')
