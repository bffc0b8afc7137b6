/** What must be stopped, in the reverse order of its start. */

/** A pile of closers. */
export interface Cleanup {
  /** Adds a closer; when the cleaning has begun already, it runs at once. */
  readonly add: (close: () => Promise<void>) => Promise<void>
  /** Runs all closers, also after one has failed; the first failure is thrown at the end. Runs once. */
  readonly run: () => Promise<void>
}

/** An empty pile. */
export function createCleanup(): Cleanup {
  const closers: (() => Promise<void>)[] = []
  let running: Promise<void> | undefined
  const runAll = async (): Promise<void> => {
    const failures: unknown[] = []
    for (let close = closers.pop(); close !== undefined; close = closers.pop()) {
      await close().catch((error: unknown) => failures.push(error))
    }
    if (failures.length > 0) throw failures[0]
  }
  return {
    add: async (close) => {
      if (running === undefined) closers.push(close)
      else await close()
    },
    run: () => {
      running ??= runAll()
      return running
    },
  }
}
