/** How a sweep stands, and when it is to stop. */
import { NOT_RETRYABLE, type SagaError, TargetUnreachable } from '../../errors.ts'

/** With so many failures for good, whatever is wrong is wrong everywhere. */
const MOST_FAILURES = 100
/** So many targets in a row, and it is the server that is away. */
const MOST_UNREACHABLE = 10

/** The counts of a sweep. */
export interface Tally {
  readonly succeeded: () => number
  readonly exceptions: () => readonly string[]
  /** Targets that were handed out, but left alone because the sweep had stopped. */
  readonly notTried: () => number
  /** Whether nothing new is to be started. */
  readonly stopped: () => boolean
  readonly addDone: (count: number) => void
  /** Throws the error instead when the server as a whole is away: then the sweep is to be tried again. */
  readonly addException: (scope: string, error: SagaError) => void
  readonly addNotTried: (count: number) => void
  readonly stop: () => void
}

/** Counts from nothing. */
export function createTally(stopAtFailure: boolean): Tally {
  const exceptions: string[] = []
  let succeeded = 0
  let notTried = 0
  let failures = 0
  let unreachable = 0
  let stopped = false
  return {
    succeeded: () => succeeded,
    exceptions: () => exceptions,
    notTried: () => notTried,
    stopped: () => stopped || failures >= (stopAtFailure ? 1 : MOST_FAILURES),
    addDone: (count) => {
      succeeded += count
      unreachable = 0
    },
    addException: (scope, error) => {
      exceptions.push(scope)
      if (NOT_RETRYABLE.includes(error.name)) failures += 1
      unreachable = error instanceof TargetUnreachable ? unreachable + 1 : 0
      if (unreachable >= MOST_UNREACHABLE) throw error
    },
    addNotTried: (count) => {
      notTried += count
    },
    stop: () => {
      stopped = true
    },
  }
}
