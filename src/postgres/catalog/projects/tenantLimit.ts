/** Limits that people give as a number of tenants or as a share of them. */

/**
 * How many of `total` tenants a limit allows: a number is itself, `5%` is rounded down but is 1 at least. Never all of
 * them: an operation that reaches no tenant has failed.
 */
export function allowedOf(limit: number | string, total: number): number {
  const wanted = typeof limit === 'number' ? limit : Math.max(1, Math.floor((total * Number.parseFloat(limit)) / 100))
  return Math.max(0, Math.min(wanted, total - 1))
}

/** Whether `count` tenants are as many as a threshold names; a share is one of `total`, and 1 at least. */
export function reaches(threshold: number | string, count: number, total: number): boolean {
  const wanted = typeof threshold === 'number' ? threshold : (total * Number.parseFloat(threshold)) / 100
  return count >= Math.max(1, wanted)
}
