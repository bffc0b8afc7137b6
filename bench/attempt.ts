/** One part of a run that fails does not take the others with it. */
import type { Measurement } from './measurement.ts'

/** What is to be measured, for the line that says why it was not. */
export type About = Pick<Measurement, 'subject' | 'operation' | 'fleet'>

/** Runs a part; an error becomes a measurement without a time; what a program said goes to the log. */
export async function attempt(
  about: About,
  work: () => Promise<readonly Measurement[]>,
): Promise<readonly Measurement[]> {
  try {
    return await work()
  } catch (thrown) {
    const error = thrown instanceof Error ? thrown : new Error(String(thrown))
    console.error(`${about.subject}, ${about.operation}: ${error.message}`)
    if (typeof error.cause === 'string') console.error(error.cause)
    // One line: what a build or a program says may be long.
    const [note = error.message] = error.message.split('\n')
    return [{ ...about, tenants: about.fleet, ms: null, note }]
  }
}
