/** A call of what an embedder has written: it may never end. */
import { within } from '../../within.ts'

/** What it returned, or null where it has not ended in time; it throws what the call throws. */
export async function called<T>(ms: number, call: () => T | PromiseLike<T>): Promise<{ readonly value: T } | null> {
  return await within(ms, (async () => ({ value: await call() }))())
}
