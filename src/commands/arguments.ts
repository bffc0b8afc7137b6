/** How texts of the command line become values. */
import { InvalidArgumentError } from 'commander'

/** A whole number of at least `least`; commander names the option in its message. */
export function wholeNumber(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value >= least) return value
    throw new InvalidArgumentError(`It must be a whole number of at least ${least}.`)
  }
}
