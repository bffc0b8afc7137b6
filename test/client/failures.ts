/** Failures as Temporal's client reports them. */
import { ServiceError, WorkflowFailedError } from '@temporalio/client'
import { ApplicationFailure } from '@temporalio/common'

/** What an activity of ours threw, as the failure interceptor gives it to Temporal. */
export function applicationFailure(type: string, code: string, message: string, path?: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(message, type, { code, ...(path !== undefined && { path }) })
}

/** A workflow that ended with that failure. */
export function failedWorkflow(cause: Error): WorkflowFailedError {
  return new WorkflowFailedError('Workflow execution failed', cause, 'NON_RETRYABLE_FAILURE')
}

/** What a call of gRPC ends with. */
export function grpcError(code: number, details: string): Error {
  return Object.assign(new Error(`${code}: ${details}`), { code, details, metadata: {} })
}

/** A call that Temporal did not answer, as its client tells it. */
export function unanswered(
  code = 14,
  details = 'No connection established. Last error: connect ECONNREFUSED 10.0.0.1:7233',
): Error {
  return new ServiceError('Failed to describe workflow', { cause: grpcError(code, details) })
}
