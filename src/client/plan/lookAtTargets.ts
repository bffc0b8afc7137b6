/** The look at targets behind `plan`: a worker's work, and no reason for `plan` to fail or to wait for long. */
import { randomUUID } from 'node:crypto'
import { type Client, WorkflowFailedError } from '@temporalio/client'
import type { Config } from '../../config.ts'
import { type ApplicationLook, type InspectFleetInput, inspectWorkflowId } from '../../contract.ts'
import { SagaError } from '../../errors.ts'
import { runWorkflow, type WorkflowAccess } from '../workflows.ts'
import type { LookAtApplication } from './describePlan.ts'

/** A person waits; larger fleets take some seconds. */
const WITHIN = '1 minute'

/** Temporal's number for the task queue of workflows. */
const WORKFLOW_TASKS = 1

/** Asks a worker; what keeps it from answering is told in words. */
export function planLook(access: WorkflowAccess): LookAtApplication {
  return async (project, question) => {
    try {
      const { config, temporal } = access
      if (!(await hasWorker(await temporal.client(), config)))
        return `No worker is at work on the task queue "${config.taskQueue}".`
      const input: InspectFleetInput = { project, kind: 'plan', question }
      const look = (await runWorkflow(access, 'inspectFleet', [input], {
        workflowId: inspectWorkflowId(project, 'plan', randomUUID()),
        staticSummary: `plan of ${project}`,
        workflowExecutionTimeout: WITHIN,
      })) as Partial<ApplicationLook>
      // A worker of 0.4 answers with the health of the fleet.
      return look.code === undefined ? 'The worker is of an earlier release.' : (look as ApplicationLook)
    } catch (error) {
      return reasonOf(error)
    }
  }
}

/** Whether a worker has asked for work within the last minutes; a workflow that nobody takes would only be waited for. */
async function hasWorker({ workflowService }: Client, { taskQueue: name, temporal }: Config): Promise<boolean> {
  const { pollers } = await workflowService.describeTaskQueue({
    namespace: temporal.namespace,
    taskQueue: { name },
    taskQueueType: WORKFLOW_TASKS,
  })
  return (pollers ?? []).length > 0
}

function reasonOf(error: unknown): string {
  if (error instanceof SagaError) return error.message
  return error instanceof WorkflowFailedError ? `No worker has answered within ${WITHIN}.` : 'Temporal does not answer.'
}
