/** How texts of the command line become values. */
import { InvalidArgumentError } from 'commander'
import { parseDuration } from '../duration.ts'

/** A whole number of at least `least`; commander names the option in its message. */
export function wholeNumber(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value >= least) return value
    throw new InvalidArgumentError(`It must be a whole number of at least ${least}.`)
  }
}

/** A number of tenants, or a share of them such as `5%`. */
export function share(text: string): number | string {
  if (/^\d+$/.test(text)) return Number(text)
  if (/^(100|\d{1,2})(\.\d+)?%$/.test(text)) return text
  throw new InvalidArgumentError('It must be a number of tenants, or a share such as 5%.')
}

/** Names between commas. */
export function names(text: string): string[] {
  const all = text.split(',').map((name) => name.trim())
  if (all.every((name) => name !== '')) return all
  throw new InvalidArgumentError('It must be names with commas in between.')
}

/** Percentages between commas, `10%,50%,100%`. */
export function percentages(text: string): number[] {
  return names(text).map((each) => {
    const [, number] = /^(\d{1,3}(?:\.\d+)?)%$/.exec(each) ?? []
    if (number !== undefined) return Number(number)
    throw new InvalidArgumentError('It must be percentages with commas in between, such as 10%,50%,100%.')
  })
}

/** A duration such as `5m`, in ms. */
export function milliseconds(text: string): number {
  const ms = parseDuration(text)
  if (ms !== null) return ms
  throw new InvalidArgumentError('It must be a duration such as 30s, 5m or 2h.')
}
