/** Lets the application pass, or holds it up while somebody compares. */

/** The gate between the application's statements and whoever compares. */
export interface Gate {
  /** Waits until nobody compares; until `leave` nobody begins to. */
  readonly enter: () => Promise<void>
  readonly leave: () => void
  readonly whileClosed: <T>(work: () => Promise<T>) => Promise<T>
}

/** An open gate. */
export function createGate(): Gate {
  let inside = 0
  let closing: Promise<void> | null = null
  let emptied = (): void => {}
  const enter = async (): Promise<void> => {
    while (closing !== null) await closing
    inside += 1
  }
  const leave = (): void => {
    inside -= 1
    if (inside === 0) emptied()
  }
  const whileClosed = async <T>(work: () => Promise<T>): Promise<T> => {
    while (closing !== null) await closing
    let reopen = (): void => {}
    closing = new Promise((resolve) => {
      reopen = resolve
    })
    try {
      if (inside > 0) {
        await new Promise<void>((resolve) => {
          emptied = resolve
        })
      }
      return await work()
    } finally {
      closing = null
      reopen()
    }
  }
  return { enter, leave, whileClosed }
}
