/** Bookkeeping in the catalog: one try within the workflow's own task, and then as any other activity. */
import { ApplicationFailure, isCancellation } from '@temporalio/workflow'
import { makesFewerTrips } from './fewerTrips.ts'

type Activity = (input: unknown) => Promise<unknown>

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
      const activity = activityOf(scheduled, name)
      return tried.includes(name) ? (input: unknown) => run(activityOf(local, name), activity, input) : activity
    },
  })
}

async function run(local: Activity, scheduled: Activity, input: unknown): Promise<unknown> {
  if (!makesFewerTrips()) return await scheduled(input)
  try {
    return await local(input)
  } catch (error) {
    if (isCancellation(error) || isForGood(error)) throw error
    return await scheduled(input)
  }
}

/** Trying again would only say the same. What a local activity threw comes as it was, not as an `ActivityFailure`. */
function isForGood(error: unknown): boolean {
  return error instanceof ApplicationFailure && error.nonRetryable === true
}

function activityOf(activities: object, name: string | symbol): Activity {
  return Reflect.get(activities, name) as Activity
}
