/** The hook behind the commit: what goes wrong in it is a sentence of ours, and the worker's log has the rest. */
import { log } from '@temporalio/activity'
import { nameOfThrown } from '../../contract/hooks/wordsOf.ts'
import type { OperationDocument } from '../../contract.ts'
import { SagaError } from '../../errors.ts'
import { called } from '../../within.ts'
import type { AfterCommitContext, Hooks } from './hooks.ts'

/** Shorter than a try of its activity (60 s), so that somebody says which hook it was. */
const WITHIN_MS = 50_000

/** Errors: `UNEXPECTED`, tried again whatever the hook threw; its words may hold anything and are told to the log only. */
export async function callAfterCommit(
  { afterCommit }: Hooks,
  operation: OperationDocument,
  context: AfterCommitContext,
): Promise<void> {
  if (afterCommit === undefined) return
  let ended: object | null
  try {
    ended = await called(WITHIN_MS, () => afterCommit(operation, context))
  } catch (error) {
    log.error('the hook afterCommit failed', { operation: operation.id, error })
    const text = `The hook afterCommit failed (${nameOfThrown(error)}); the worker's log has the error.`
    throw new SagaError('UNEXPECTED', text)
  }
  if (ended !== null) return
  throw new SagaError('UNEXPECTED', `The hook afterCommit did not end within ${WITHIN_MS / 1_000} s.`)
}
