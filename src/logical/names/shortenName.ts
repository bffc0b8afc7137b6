import { createHash } from 'node:crypto'

/** A name that Postgres does not cut: longer ones end in a hash of the whole name, so that they stay distinct. */
export function shortenName(name: string, max = 63): string {
  if (Buffer.byteLength(name) <= max) return name
  const suffix = `_${createHash('sha256').update(name).digest('hex').slice(0, 8)}`
  const kept = Buffer.from(name).subarray(0, max - suffix.length)
  // A character cut in half at the end decodes to U+FFFD.
  return kept.toString('utf8').replace(/\uFFFD+$/, '') + suffix
}
