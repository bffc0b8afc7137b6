/** Tells slow from stuck: a machine that runs the whole suite may be slow, but work that goes on is reported. */
import { setMaxListeners } from 'node:events'
import { statSync } from 'node:fs'

const LOOK_EVERY_MS = 1_000

/** A signal that is aborted once a report has not grown for that long; `stop` ends the watch. */
export interface QuietWatch {
  readonly signal: AbortSignal
  readonly stop: () => void
}

/** Watches a report from now on. */
export function watchForQuiet(reportPath: string, quietMs: number): QuietWatch {
  const quiet = new AbortController()
  // Every operation of a batch waits with it.
  setMaxListeners(0, quiet.signal)
  let known = -1
  let since = Date.now()
  const timer = setInterval(() => {
    const size = statSync(reportPath, { throwIfNoEntry: false })?.size ?? 0
    if (size !== known) {
      known = size
      since = Date.now()
    } else if (Date.now() - since > quietMs) {
      quiet.abort()
    }
  }, LOOK_EVERY_MS)
  return { signal: quiet.signal, stop: () => clearInterval(timer) }
}
