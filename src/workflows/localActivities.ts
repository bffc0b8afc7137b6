/** Bookkeeping in the catalog: one try within the workflow's own task, and then as any other activity. */
import { ApplicationFailure, isCancellation, type LocalActivityOptions } from '@temporalio/workflow'
import { makesFewerTrips } from './patches.ts'

type Activity = (input: unknown) => Promise<unknown>

interface LocalActivity extends Activity {
  executeWithOptions(options: LocalActivityOptions, input: [unknown]): Promise<unknown>
}

/** The two ways to run activities, and which of them are tried locally first. */
export interface LocalFirst<Activities> {
  readonly local: Activities
  readonly scheduled: Activities
  /** Only such as may be repeated: a workflow task that the server refuses is done again with all its local activities. */
  readonly names: readonly (keyof Activities)[]
}

/**
 * Activities of which some are tried locally first, which saves two round trips to the server: most of what an operation
 * on a small fleet takes. What has not succeeded at once is done as an activity of its own, whose tries the server counts
 * and shows, and which leave no events however long the catalog is away.
 */
export function localFirst<Activities extends object>({ local, scheduled, names }: LocalFirst<Activities>): Activities {
  const tried: readonly (string | symbol | number)[] = names
  return new Proxy(scheduled, {
    get: (_, name) => {
      const activity: Activity = Reflect.get<object, string | symbol>(scheduled, name)
      const quick: LocalActivity = Reflect.get<object, string | symbol>(local, name)
      return tried.includes(name) ? (input: unknown) => run(quick, activity, input) : activity
    },
  })
}

async function run(local: LocalActivity, scheduled: Activity, input: unknown): Promise<unknown> {
  if (!makesFewerTrips()) return await scheduled(input)
  try {
    return await local.executeWithOptions(summaryOf(input), [input])
  } catch (error) {
    if (isCancellation(error) || isForGood(error)) throw error
    return await scheduled(input)
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
