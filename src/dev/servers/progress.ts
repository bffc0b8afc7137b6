/** Says that a long piece of work is still going on. */
import ora from 'ora'

/** Where progress and notices go: one complete line a call. */
export type Log = (line: string) => void

const PLAIN_LINE_EVERY_S = 15

/** Runs the work and shows the elapsed seconds: one changing line on a terminal, a plain line now and then elsewhere. */
export async function withProgress<T>(label: string, log: Log, work: () => Promise<T>): Promise<T> {
  const begin = Date.now()
  const seconds = (): number => Math.round((Date.now() - begin) / 1000)
  // ora never comes back on a terminal that says it is 0 columns wide, as those of containers may.
  const drawable = process.stderr.isTTY && process.stderr.columns > 0
  const spinner = drawable ? ora({ text: label, stream: process.stderr, discardStdin: false }).start() : null
  if (spinner === null) log(`${label} ...`)
  let printed = 0
  const tick = setInterval(() => {
    const line = `${label}: ${seconds()} s`
    if (spinner !== null) spinner.text = line
    else if (seconds() - printed >= PLAIN_LINE_EVERY_S) {
      printed = seconds()
      log(line)
    }
  }, 1_000)
  try {
    const result = await work()
    if (spinner !== null) spinner.succeed(`${label}: done in ${seconds()} s`)
    else log(`${label}: done in ${seconds()} s`)
    return result
  } catch (error) {
    spinner?.fail(`${label}: failed after ${seconds()} s`)
    throw error
  } finally {
    clearInterval(tick)
  }
}
