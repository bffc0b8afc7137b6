/** Another operation of the same project that holds the turn until it leaves. */
import { randomUUID } from 'node:crypto'
import { type AllActivities, operationWorkflowId } from '../../src/contract.ts'

/** Begins it, unless nobody is to be in front. */
export async function createFront(
  activities: AllActivities,
  project: string,
  isThere: boolean,
): Promise<{ readonly leave: () => Promise<void> }> {
  if (!isThere) return { leave: async () => {} }
  const operationId = `front-${project}`
  const run = randomUUID()
  await activities.openOperation({
    project,
    operationId,
    mutation: { type: 'create_model', name: 'drink' },
    workflowId: operationWorkflowId(project, operationId),
    runId: run,
    firstRunId: run,
  })
  let isGone = false
  return {
    leave: async () => {
      if (isGone) return
      isGone = true
      await activities.closeOperation({ operationId, status: 'cancelled', error: 'never mind', errorCode: 'ABORTED' })
      await activities.releaseTurn({ operationId })
    },
  }
}
