/** A bounded number of things at once; whoever comes later waits in line. */
export interface Slots {
  readonly acquire: () => Promise<void>
  readonly release: () => void
}

/** Slots for `size` holders. */
export function createSlots(size: number): Slots {
  const waiting: (() => void)[] = []
  let free = size
  return {
    acquire: async () => {
      if (free > 0) {
        free -= 1
        return
      }
      await new Promise<void>((resolve) => waiting.push(resolve))
    },
    release: () => {
      const next = waiting.shift()
      if (next === undefined) free += 1
      else next()
    },
  }
}
