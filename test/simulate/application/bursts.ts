/** Writes at a given moment: whoever holds something up in between two steps has an application write just then. */

/** Where tenants' applications are asked for writes, by the names that reports have for the tenants. */
export interface Bursts {
  /** Resolves when the tenant's application has written into everything; at once where it has none. */
  readonly ask: (tenant: string) => Promise<void>
  /** The application of a tenant answers from now on, until the returned function is called. */
  readonly answer: (tenant: string, burst: () => Promise<void>) => () => void
}

/** Nobody answers yet. */
export function createBursts(): Bursts {
  const answers = new Map<string, () => Promise<void>>()
  return {
    ask: async (tenant) => await answers.get(tenant)?.(),
    answer: (tenant, burst) => {
      answers.set(tenant, burst)
      return () => answers.delete(tenant)
    },
  }
}

/** Lets one work begin when the one before has ended. */
export function createQueue(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve()
  return (work) => {
    const next = last.then(work, work)
    last = next.catch(() => undefined)
    return next
  }
}
