/** A bounded number of things at once; whoever comes later waits in line. The bound may change at any time. */
export interface Slots {
  /** Rejects with the signal's reason when that aborts while in line. */
  readonly acquire: (signal?: AbortSignal) => Promise<void>
  readonly release: () => void
  /** Takes a slot whatever the bound says. */
  readonly occupy: () => void
  /** Lets in those whom a bound that has grown allows. */
  readonly admit: () => void
  readonly used: () => number
  readonly waiting: () => number
}

/** Slots for as many holders as `bound` says whenever one comes, first come, first served. */
export function createSlots(bound: () => number): Slots {
  const line: (() => void)[] = []
  let used = 0
  const admit = (): void => {
    while (line.length > 0 && used < bound()) {
      used += 1
      line.shift()?.()
    }
  }
  return {
    acquire: async (signal) => {
      signal?.throwIfAborted()
      if (line.length === 0 && used < bound()) {
        used += 1
        return
      }
      await inLine(line, signal)
    },
    release: () => {
      used -= 1
      admit()
    },
    occupy: () => {
      used += 1
    },
    admit,
    used: () => used,
    waiting: () => line.length,
  }
}

function inLine(line: (() => void)[], signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const enter = (): void => {
      signal?.removeEventListener('abort', leave)
      resolve()
    }
    const leave = (): void => {
      line.splice(line.indexOf(enter), 1)
      reject(signal?.reason)
    }
    signal?.addEventListener('abort', leave, { once: true })
    line.push(enter)
  })
}
