/** Hands out a sweep's targets, started a few ahead of the work: what is started counts as perhaps changed. */
import type { Sweep, SweepTarget } from './sweepWork.ts'

const STARTED_AT_ONCE = 200
/** The first ones are fewer, so that the lanes need not wait long for them. */
const STARTED_FIRST = 100
/** Fewer than this left, and the next ones are started meanwhile. */
const FEW = 100

/** The targets that wait. */
export interface Feed {
  /** The next ones, `most` of them at most; none when all have been handed out. */
  readonly next: (most: number) => Promise<readonly SweepTarget[]>
  /** Targets that were not handed out. */
  readonly left: () => number
}

/** A feed over all targets of the sweep. */
export function createFeed({ targets, start }: Pick<Sweep, 'targets' | 'start'>): Feed {
  const waiting = [...targets]
  const started: SweepTarget[] = []
  let starting: Promise<void> | null = null
  let size = STARTED_FIRST
  const startSome = (): Promise<void> => {
    starting ??= start(waiting.slice(0, size))
      .then((ready) => {
        waiting.splice(0, size)
        started.push(...ready)
        size = STARTED_AT_ONCE
      })
      .finally(() => {
        starting = null
      })
    return starting
  }
  return {
    next: async (most) => {
      while (started.length === 0 && (waiting.length > 0 || starting !== null)) await startSome()
      // Whoever finds none later meets the failure of this one.
      if (started.length < FEW && waiting.length > 0) startSome().catch(() => {})
      return started.splice(0, most)
    },
    left: () => waiting.length + started.length,
  }
}
