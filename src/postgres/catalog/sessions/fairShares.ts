/** How a server's sessions are divided among the processes that want some. */

/** A process that has a lease, or waits for one. */
export interface Holder {
  readonly holder: string
  readonly sessions: number
  readonly wanted: number
  /** When it began to have sessions, or to wait for the first, in milliseconds. */
  readonly since: number
}

/**
 * The fair share of each: as much as it wants up to a level that is the same for all. What does not divide goes to
 * those that have waited longest without any; with more processes than sessions they take turns.
 */
export function fairShares(budget: number, holders: readonly Holder[]): Map<string, number> {
  const taken = (level: number): number => holders.reduce((sum, { wanted }) => sum + Math.min(wanted, level), 0)
  const most = Math.max(0, ...holders.map(({ wanted }) => wanted))
  let level = 0
  while (level < most && taken(level + 1) <= budget) level += 1
  const shares = new Map(holders.map(({ holder, wanted }) => [holder, Math.min(wanted, level)]))
  const rest = holders.filter(({ wanted }) => wanted > level).toSorted(byTurn)
  for (const { holder } of rest.slice(0, budget - taken(level))) shares.set(holder, level + 1)
  return shares
}

/** Who waits comes first, the longest first; then who has sessions, the longest last. */
function byTurn(one: Holder, other: Holder): number {
  if ((one.sessions === 0) !== (other.sessions === 0)) return one.sessions === 0 ? -1 : 1
  const order = one.sessions === 0 ? one.since - other.since : other.since - one.since
  return order !== 0 ? order : one.holder < other.holder ? -1 : 1
}
