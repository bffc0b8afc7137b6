/** The answer if it comes in time, else null: whatever becomes of it later, an error too, is nobody's business any more. */
export async function within<T>(ms: number, answer: Promise<T>): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), ms)
  })
  try {
    return await Promise.race([answer, late])
  } finally {
    clearTimeout(timer)
    answer.catch(() => undefined)
  }
}

/** What a call returned, or null where it has not ended in time, if it ever does; it throws what the call throws. */
export async function called<T>(ms: number, call: () => T | PromiseLike<T>): Promise<{ readonly value: T } | null> {
  return await within(ms, (async () => ({ value: await call() }))())
}
