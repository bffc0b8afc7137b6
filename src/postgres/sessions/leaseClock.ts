/** Time in the life of a lease: when it runs out, when to ask again, and how much was needed of late. */

/**
 * Counted from before the question, so that it ends here before it ends in the catalog. The monotonic clock stands
 * still while a machine sleeps and the other one may be set: whichever says that more time has passed is believed.
 */
export function expiryFromNow(): (validMs: number) => () => boolean {
  const steady = performance.now()
  const wall = Date.now()
  return (validMs) => () => Math.max(performance.now() - steady, Date.now() - wall) >= validMs
}

/** The highest demand of this period and the one before. */
export interface Peak {
  readonly note: (demand: number) => void
  readonly take: (demand: number) => number
}

/** `periodMs`: how long demand is remembered, at least. */
export function createPeak(periodMs: number): Peak {
  let [now, before, since] = [0, 0, performance.now()]
  return {
    note: (demand) => {
      now = Math.max(now, demand)
    },
    take: (demand) => {
      const highest = Math.max(now, before, demand)
      if (performance.now() - since >= periodMs) [now, before, since] = [demand, now, performance.now()]
      return highest
    },
  }
}

/** One timer at a time, which keeps no process alive. */
export interface Timer {
  /** Does nothing while it runs already. */
  readonly start: (ms: number, run: () => void) => void
  readonly stop: () => void
}

/** A timer that does not run yet. */
export function createTimer(): Timer {
  let timer: NodeJS.Timeout | null = null
  return {
    start: (ms, run) => {
      if (timer !== null || !Number.isFinite(ms)) return
      timer = setTimeout(() => {
        timer = null
        run()
      }, ms).unref()
    },
    stop: () => {
      if (timer !== null) clearTimeout(timer)
      timer = null
    },
  }
}
