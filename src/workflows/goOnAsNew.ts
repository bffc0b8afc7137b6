/** Keeping histories short: a run that waits goes on as a new one, which takes its place up from the ledger. */
import { allHandlersFinished, condition, continueAsNew, workflowInfo } from '@temporalio/workflow'
import type { ApplySchemaMutationInput } from '../contract.ts'
import type { applySchemaMutation } from './applySchemaMutation.ts'

/** Half of the 4,096 events at which the server asks for it: what a run does after it has waited needs room as well. */
const LONG_EVENTS = 2_048

/** Ends this run in favour of a new one when its history is long. To be called only where the ledger says all. */
export async function goOnAsNewIfLong(input: ApplySchemaMutationInput): Promise<void> {
  if (workflowInfo().historyLength < LONG_EVENTS) return
  await condition(allHandlersFinished)
  await continueAsNew<typeof applySchemaMutation>(input)
}
