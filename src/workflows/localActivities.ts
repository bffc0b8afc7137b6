/** Bookkeeping in the catalog: one try within the workflow's own task, and then as any other activity. */
import { ApplicationFailure, isCancellation, type LocalActivityOptions } from '@temporalio/workflow'
import { marksFewerTrips } from './patches.ts'

interface LocalActivity<Input, Result> {
  executeWithOptions(options: LocalActivityOptions, args: [Input]): Promise<Result>
}

/**
 * An activity that is tried locally first, which saves two round trips to the server: most of what an operation on a small
 * fleet takes. What has not succeeded at once is done as an activity of its own, whose tries the server counts and shows,
 * and which leave no events however long the catalog is away. Only for what may be repeated: a workflow task that the
 * server refuses is done again with all its local activities.
 */
export function localFirst<Input, Result>(
  local: LocalActivity<Input, Result>,
  scheduled: (input: Input) => Promise<Result>,
): (input: Input) => Promise<Result> {
  return async (input) => {
    marksFewerTrips()
    try {
      return await local.executeWithOptions(summaryOf(input), [input])
    } catch (error) {
      if (isCancellation(error) || isForGood(error)) throw error
      return await scheduled(input)
    }
  }
}

/** Which step it is about: of a local activity the Web UI shows the type and this, but not the input. */
function summaryOf(input: unknown): LocalActivityOptions {
  const { key, scope, state } = input as { key?: string; scope?: string; state?: string }
  return key === undefined ? {} : { summary: [key, scope, state].filter(Boolean).join(' ') }
}

/** Trying again would only say the same. What a local activity threw comes as it was, not as an `ActivityFailure`. */
function isForGood(error: unknown): boolean {
  return error instanceof ApplicationFailure && error.nonRetryable === true
}
