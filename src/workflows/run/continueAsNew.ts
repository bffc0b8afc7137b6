/** Keeping histories short: a run that waits goes on as a new one, which takes its place up from the ledger. */
import { allHandlersFinished, condition, continueAsNew, workflowInfo } from '@temporalio/workflow'
import type { ApplySchemaMutationInput } from '../../contract.ts'
import type { applySchemaMutation } from '../operation/applySchemaMutation.ts'
import { LONG_HISTORY_EVENTS } from '../retryPolicies.ts'

/**
 * Ends this run in favour of a new one when its history is long, unless there is something to do for it. To be called only
 * where the ledger says all.
 */
export async function goOnAsNewIfLong(
  input: ApplySchemaMutationInput,
  hasWork: () => boolean = () => false,
): Promise<void> {
  if (workflowInfo().historyLength < LONG_HISTORY_EVENTS) return
  await condition(() => allHandlersFinished() || hasWork())
  if (!hasWork()) await continueAsNew<typeof applySchemaMutation>(input)
}
