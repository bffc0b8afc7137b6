/** Asks the rows of a target whether they let a plan through, before anything is changed anywhere. */
import type { ClientBase } from 'pg'
import { DataRejected } from '../../errors.ts'
import type { PlannedCheck } from '../../physical/plan/checks.ts'
import { renderFor } from '../../physical/sql.ts'
import { type Place, whereOf } from '../sessions/servers.ts'
import { ensureBookkeeping } from '../target/bookkeeping/bookkeeping.ts'
import { setTimeouts } from '../target/stage/execution.ts'

/** A question may read whole tables, in milliseconds. */
const CHECK_TIMEOUT_MS = 30 * 60_000
const LOCK_TIMEOUT_MS = 2_000

/** What stands in the way: how many rows, and a few of their ids. */
interface Obstacle {
  readonly table: string
  readonly what: string
  readonly counts: PlannedCheck['counts']
  readonly count: number
  readonly ids: readonly string[]
}

/** Throws when rows forbid the plan. Errors: `DATA_REJECTED`, with counts and at most five ids for each check. */
export async function requireFittingRows(
  client: ClientBase,
  target: Place,
  namespace: string,
  checks: readonly PlannedCheck[],
): Promise<void> {
  if (checks.length === 0) return
  // The functions that cast values.
  await ensureBookkeeping(client)
  await setTimeouts(client, LOCK_TIMEOUT_MS, CHECK_TIMEOUT_MS)
  const obstacles: Obstacle[] = []
  for (const { table, what, counts, sql } of checks) {
    const { rows } = await client.query<{ count: number; ids: string[] }>(renderFor(namespace, sql))
    for (const { count, ids } of rows) if (count > 0) obstacles.push({ table, what, counts, count, ids })
  }
  if (obstacles.length > 0) throw rejected(target, obstacles)
}

function rejected(target: Place, obstacles: readonly Obstacle[]): DataRejected {
  const named = obstacles.map(({ table, what, counts, count, ids }) => {
    const more = count > ids.length ? ', ...' : ''
    return `${count} ${count === 1 ? counts : `${counts}s`} of ${table} ${what} (${ids.join(', ')}${more})`
  })
  return new DataRejected('DATA_REJECTED', `${whereOf(target)}: ${named.join('; ')}.`, {
    details: { checks: obstacles },
  })
}
