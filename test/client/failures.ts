/** Failures as Temporal's client reports them. */
import { WorkflowFailedError } from '@temporalio/client'
import { ApplicationFailure } from '@temporalio/common'

/** What an activity of ours threw, as the failure interceptor gives it to Temporal. */
export function applicationFailure(type: string, code: string, message: string, path?: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(message, type, { code, ...(path !== undefined && { path }) })
}

/** A workflow that ended with that failure. */
export function failedWorkflow(cause: Error): WorkflowFailedError {
  return new WorkflowFailedError('Workflow execution failed', cause, 'NON_RETRYABLE_FAILURE')
}
