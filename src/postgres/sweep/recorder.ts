/** Writes down what a sweep has done, some targets at a time, so that a crash loses little and progress is visible. */
import type { Sweep, SweptTarget } from './sweepWork.ts'

const RECORDED_AT_ONCE = 250
const RECORD_EVERY_MS = 500

/** What is to be written. */
export interface Recorder {
  readonly add: (done: readonly SweptTarget[]) => void
  /** Writes the rest; throws what any write threw. */
  readonly end: () => Promise<void>
}

/** A recorder; its writes come one after the other. */
export function createRecorder(record: Sweep['record']): Recorder {
  let waiting: SweptTarget[] = []
  let writing: Promise<void> = Promise.resolve()
  const write = (): void => {
    if (waiting.length === 0) return
    const batch = waiting
    waiting = []
    writing = writing.then(() => record(batch))
    // Reported at the end; what was not written is found by its markers.
    writing.catch(() => {})
  }
  const timer = setInterval(write, RECORD_EVERY_MS)
  return {
    add: (done) => {
      waiting.push(...done)
      if (waiting.length >= RECORDED_AT_ONCE) write()
    },
    end: async () => {
      clearInterval(timer)
      // Beside what is still being written: nothing is added any more that could pile up.
      await Promise.all([writing, waiting.length > 0 && record(waiting)])
    },
  }
}
