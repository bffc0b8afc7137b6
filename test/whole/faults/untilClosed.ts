/** Waits for the ends of operations; those that take longer are told of with the activities they wait for. */
import { WorkflowFailedError } from '@temporalio/client'
import { operationWorkflowId } from '../../../src/contract.ts'
import type { Stack } from '../stack.ts'

/** One operation, by the ids under which its workflow runs. */
export interface Begun {
  readonly project: string
  readonly operationId: string
}

/** Waits until every operation has closed, however it ended: the ledger says how. */
export async function untilClosed(stack: Stack, operations: readonly Begun[], late: AbortSignal): Promise<void> {
  const open: string[] = []
  await Promise.all(
    operations.map(async (begun) => {
      const result = () => handleOf(stack, begun).result()
      await stack.temporal.withAbortSignal(late, result).catch(async (error: unknown) => {
        if (error instanceof WorkflowFailedError) return
        if (!late.aborted) throw error
        open.push(`${begun.operationId} (${await waitedFor(stack, begun)})`)
      })
    }),
  )
  if (open.length > 0) throw new Error(`These have not ended: ${open.join(', ')}.`)
}

/** `applyToTarget, try 3, with STALE_EPOCH`, for each pending activity and child. */
async function waitedFor(stack: Stack, begun: Begun): Promise<string> {
  const { raw } = await handleOf(stack, begun).describe()
  const pending = (raw.pendingActivities ?? []).map(
    ({ activityType, attempt, lastFailure }) =>
      `${activityType?.name}, try ${attempt}${lastFailure ? `, with ${lastFailure.message}` : ''}`,
  )
  return [...pending, ...(raw.pendingChildren ?? []).map(({ workflowId }) => `child ${workflowId}`)].join('; ')
}

function handleOf({ temporal }: Stack, { project, operationId }: Begun) {
  return temporal.workflow.getHandle(operationWorkflowId(project, operationId))
}
