/** Cohorts of a few tenants each, so that an operation on a small fleet has several of them, as one on a large fleet. */

type Activities = Readonly<Record<string, (input: unknown) => Promise<unknown>>>

/** The same activities, to which no listing is larger than `most`. */
export function withSmallCohorts<T extends object>(activities: T, most: number): T {
  return Object.fromEntries(
    Object.entries(activities as Activities).map(([name, activity]) => [
      name,
      (input: unknown) => activity(limited(input, most)),
    ]),
  ) as T
}

function limited(input: unknown, most: number): unknown {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return input
  return Object.fromEntries(
    Object.entries(input).map(([name, value]) => [
      name,
      name === 'cohortSize' && typeof value === 'number' ? Math.min(value, most) : limitedPage(value, most),
    ]),
  )
}

/** A page lies within other input at most. */
function limitedPage(value: unknown, most: number): unknown {
  return typeof value === 'object' && value !== null && 'cohortSize' in value ? limited(value, most) : value
}
