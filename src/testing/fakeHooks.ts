/** Hooks that remember what they were told, and fail when a test wants them to. */
import type { Hooks } from '../activities/index.ts'
import type { OperationDocument } from '../contract.ts'

/** Hooks of a test. */
export interface FakeHooks extends Required<Hooks> {
  /** The operations that `afterCommit` was called with, its failed calls included, in their order. */
  readonly afterCommitCalls: readonly OperationDocument[]
  /** Lets the next so many calls of `afterCommit` throw. */
  readonly failAfterCommit: (times: number, error?: Error) => void
}

/** Hooks that succeed until told otherwise. */
export function fakeHooks(): FakeHooks {
  const afterCommitCalls: OperationDocument[] = []
  let failures = 0
  let failure = new Error('afterCommit fails, as the test wants it to.')
  return {
    afterCommitCalls,
    failAfterCommit: (times, error = failure) => {
      failures = times
      failure = error
    },
    afterCommit: async (operation) => {
      afterCommitCalls.push(operation)
      if (failures === 0) return
      failures -= 1
      throw failure
    },
  }
}
