/** Tries again where a lock was not given in time, as the workflows do, only sooner: that is harder on whoever works beside it. */
import { setTimeout as sleep } from 'node:timers/promises'
import { LockUnavailable } from '../../src/errors.ts'

const FIRST_MS = 1_000
const LONGEST_MS = 4_000
const MOST_TRIES = 60

/** What `run` returns once it got its locks. */
export async function patiently<T>(run: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await run()
    } catch (error) {
      if (!(error instanceof LockUnavailable) || tries === MOST_TRIES) throw error
      await sleep(Math.min(LONGEST_MS, FIRST_MS * 2 ** (tries - 1)))
    }
  }
}
