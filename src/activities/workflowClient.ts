/** What activities ask Temporal about runs of operations: whether one is over, and to start one again. */
import { activityInfo, getClient } from '@temporalio/activity'
import { WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError } from '@temporalio/client'
import type { ApplySchemaMutationInput } from '../contract.ts'
import { operationWorkflowId } from '../contract.ts'

/** Runs as activities see them; tests give their own. */
export interface Runs {
  /** Whether that run is over, or so long ago that Temporal has forgotten it. */
  readonly isClosed: (workflowId: string, runId: string) => Promise<boolean>
  /** Starts the operation's workflow unless it runs: it goes on where the ledger says. */
  readonly startAgain: (input: ApplySchemaMutationInput) => Promise<void>
}

/** The runs of the Temporal namespace that the worker belongs to. */
export const temporalRuns: Runs = {
  isClosed: async (workflowId, runId) => {
    try {
      const { status } = await getClient().workflow.getHandle(workflowId, runId).describe()
      return status.name !== 'RUNNING'
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return true
      throw error
    }
  },
  startAgain: async (input) => {
    try {
      await getClient().workflow.start('applySchemaMutation', {
        workflowId: operationWorkflowId(input.project, input.operationId),
        taskQueue: activityInfo().taskQueue,
        workflowIdConflictPolicy: 'USE_EXISTING',
        staticSummary: `${input.operationId} continues`,
        args: [input],
      })
    } catch (error) {
      // Somebody else was faster.
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error
    }
  },
}
