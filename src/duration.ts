/** Durations as people write them. */

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** What a duration looks like: a whole number and its unit, `500ms`, `60s`, `5m`, `12h`, `7d`. */
export const DURATION = /^(\d{1,9})(ms|s|m|h|d)$/

/** The duration in ms, or null when the text is none. */
export function parseDuration(text: string): number | null {
  const [, number, unit = ''] = DURATION.exec(text) ?? []
  const factor = UNIT_MS[unit]
  return number === undefined || factor === undefined ? null : Number(number) * factor
}
