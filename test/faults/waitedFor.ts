/** What Temporal waits for in an operation: the first question when one does not go on. */
import type { WorkflowHandle } from '@temporalio/client'
import { operationWorkflowId } from '../../src/contract.ts'
import type { Stack } from '../whole/stack.ts'

/** One operation, by the ids under which its workflow runs. */
export interface Begun {
  readonly project: string
  readonly operationId: string
}

/** The workflow of an operation. */
export function handleOf({ temporal }: Stack, { project, operationId }: Begun): WorkflowHandle {
  return temporal.workflow.getHandle(operationWorkflowId(project, operationId))
}

/** `applyToTarget, try 3, with STALE_EPOCH`, for each pending activity, of the children as well. */
export async function waitedFor(stack: Stack, begun: Begun): Promise<string> {
  return await pendingOf(stack, handleOf(stack, begun))
}

async function pendingOf(stack: Stack, handle: WorkflowHandle): Promise<string> {
  const { raw, historyLength } = await handle.describe()
  const { pendingWorkflowTask: task } = raw
  const tasks = task ? [`workflow task, try ${task.attempt}, ${task.startedTime ? 'begun' : 'in its queue'}`] : []
  const activities = (raw.pendingActivities ?? []).map(
    ({ activityType, attempt, lastFailure }) =>
      `${activityType?.name}, try ${attempt}${lastFailure ? `, with ${lastFailure.message}` : ''}`,
  )
  const children = (raw.pendingChildren ?? []).map(async ({ workflowId }) => {
    const child = stack.temporal.workflow.getHandle(workflowId ?? '')
    return `child ${workflowId}: [${await pendingOf(stack, child)}]`
  })
  return [`${historyLength} events`, ...tasks, ...activities, ...(await Promise.all(children))].join('; ')
}
