/** What activities ask Temporal about runs of operations: whether one is over, and to start one again. */
import { activityInfo, getClient } from '@temporalio/activity'
import { WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError } from '@temporalio/client'
import {
  type ApplySchemaMutationInput,
  type CatchUpInput,
  catchUpWorkflowId,
  operationWorkflowId,
  type RepairRequest,
  SIGNAL_REPAIR,
  SIGNAL_TURN,
} from '../contract.ts'

/** Runs as activities see them; tests give their own. */
export interface Runs {
  /** Whether that run is over, or so long ago that Temporal has forgotten it. */
  readonly isClosed: (workflowId: string, runId: string) => Promise<boolean>
  /** Starts the operation's workflow unless it runs: it goes on where the ledger says. */
  readonly startAgain: (input: ApplySchemaMutationInput) => Promise<void>
  /** Starts a catch-up as a workflow of its own, unless the tenant is catching up already. */
  readonly startCatchUp: (input: CatchUpInput) => Promise<void>
  readonly signalRepair: (workflowId: string, request: RepairRequest) => Promise<void>
  /** Tells a waiting operation that it may be its turn. */
  readonly wake: (workflowId: string) => Promise<void>
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
        staticSummary: `${input.operationId} goes on`,
        args: [input],
      })
    } catch (error) {
      // Somebody else was faster.
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error
    }
  },
  startCatchUp: async (input) => {
    await getClient().workflow.start('catchUpTenant', {
      workflowId: catchUpWorkflowId(input.project, input.tenant),
      taskQueue: activityInfo().taskQueue,
      workflowIdConflictPolicy: 'USE_EXISTING',
      staticSummary: `${input.tenant} of ${input.project} catches up`,
      args: [input],
    })
  },
  signalRepair: (workflowId, request) => signal(workflowId, SIGNAL_REPAIR, request),
  wake: (workflowId) => signal(workflowId, SIGNAL_TURN),
}

/** A workflow that is gone cannot be told; it is found by its silence. */
async function signal(workflowId: string, name: string, ...args: readonly unknown[]): Promise<void> {
  try {
    await getClient()
      .workflow.getHandle(workflowId)
      .signal(name, ...args)
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error
  }
}
