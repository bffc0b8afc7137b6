/** Long work in an activity: heartbeats while it runs, and a signal that aborts when Temporal cancels it. */
import { cancellationSignal, cancelled, heartbeat } from '@temporalio/activity'

const HEARTBEAT_MS = 4_000

/**
 * Runs `work` and heartbeats every 4 s, so that a dead worker is noticed within the heartbeat timeout of 15 s. What it
 * reports goes with the next heartbeat, to be seen in the Web UI; what is urgent, at once.
 */
export async function whileHeartbeating<T>(
  work: (signal: AbortSignal, report: (details: unknown, urgent?: boolean) => void) => Promise<T>,
): Promise<T> {
  let details: unknown
  const timer = setInterval(() => heartbeat(details), HEARTBEAT_MS)
  try {
    return await work(cancellationSignal(), (news, urgent = false) => {
      details = news
      if (urgent) heartbeat(details)
    })
  } catch (error) {
    // What Postgres says about a statement that we cancelled is not the news; that it was cancelled is.
    if (cancellationSignal().aborted) await cancelled()
    throw error
  } finally {
    clearInterval(timer)
  }
}
