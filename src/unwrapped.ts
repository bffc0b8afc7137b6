/** A failure of Temporal as the error that it was before it was wrapped, for whoever waited for a workflow. */
import { ApplicationFailure } from '@temporalio/common'
import { asErrorCode } from './contract/errors/errorCodes.ts'
import { errorFor, type SagaError } from './errors.ts'

/** The class is that of the code; null for what no activity and no workflow of ours has thrown. */
export function unwrapped(failure: unknown): SagaError | null {
  if (!(failure instanceof ApplicationFailure)) return null
  const { code, path, ...facts } = (failure.details?.[0] ?? {}) as { code?: string; path?: string }
  return errorFor(asErrorCode(code), failure.message, { ...(path === undefined ? {} : { path }), details: facts })
}
