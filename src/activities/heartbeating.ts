/** Long work in an activity: heartbeats while it runs, and a signal that aborts when Temporal cancels it. */
import { cancellationSignal, cancelled, heartbeat } from '@temporalio/activity'

/** Between two heartbeats, in ms, so that a dead worker is noticed within the heartbeat timeout of 15 s. */
export const HEARTBEAT_EVERY_MS = 4_000

/** The work of one activity. It may report news: they go with the next heartbeat, to be seen in the Web UI; urgent ones at once. */
export type LongWork<T> = (signal: AbortSignal, report: (details: unknown, urgent?: boolean) => void) => Promise<T>

/** Runs work with heartbeats. */
export type WhileHeartbeating = <T>(work: LongWork<T>) => Promise<T>

/** Makes the function that runs work with a heartbeat every so many ms. */
export function createHeartbeating(everyMs: number): WhileHeartbeating {
  return async (work) => {
    let details: unknown
    const timer = setInterval(() => heartbeat(details), everyMs)
    try {
      return await work(cancellationSignal(), (news, urgent = false) => {
        details = news
        if (urgent) heartbeat(details)
      })
    } catch (error) {
      // The cancellation is the news, not what Postgres says about a statement that we cancelled.
      if (cancellationSignal().aborted) await cancelled()
      throw error
    } finally {
      clearInterval(timer)
    }
  }
}
