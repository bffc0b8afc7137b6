/** Which of the transactions that rows bear are the session's own: savepoints and blocks with EXCEPTION have some of their own. */
import type { ClientBase } from 'pg'
import { sqlstateOf } from '../../../errors/translate.ts'

const XIDS = 2n ** 32n

/** Farther from the beginning of a transaction than this is nothing that was written since. */
const FAR = 2n ** 28n

/** Postgres' answer for a number that no transaction has had yet. */
const IN_THE_FUTURE = '22023'

/**
 * Those of `xids` that are the current transaction's, whose number is `top`, or one of its parts. They are of rows that it
 * sees: what is visible and yet not decided is its own.
 */
export async function ownAmong(
  client: ClientBase,
  top: string | null,
  xids: readonly string[],
): Promise<ReadonlySet<string>> {
  if (top === null) return new Set()
  const first = BigInt(top)
  const own = (first % XIDS).toString()
  const distances = [...new Set(xids)]
    .filter((xid) => xid !== own)
    .map((xid) => ({ xid, full: first + ((((BigInt(xid) - first) % XIDS) + XIDS) % XIDS) }))
    .filter(({ full }) => full - first < FAR)
    .sort((a, b) => (a.full < b.full ? -1 : 1))
  return new Set([own, ...(await undecided(client, distances))])
}

type Numbered = readonly { readonly xid: string; readonly full: bigint }[]

/** Numbers of rows frozen long ago come round again: those that are still to be given out end the list. */
async function undecided(client: ClientBase, numbered: Numbered): Promise<readonly string[]> {
  if (numbered.length === 0) return []
  await client.query('SAVEPOINT schema_saga_look')
  try {
    const { rows } = await client.query<{ at: number }>(
      `SELECT u.place::int AS at FROM unnest($1::xid8[]) WITH ORDINALITY u(xid, place) WHERE pg_xact_status(u.xid) = 'in progress'`,
      [numbered.map(({ full }) => full.toString())],
    )
    await client.query('RELEASE SAVEPOINT schema_saga_look')
    return rows.flatMap(({ at }) => numbered[at - 1]?.xid ?? [])
  } catch (error) {
    if (sqlstateOf(error) !== IN_THE_FUTURE) throw error
    await client.query('ROLLBACK TO SAVEPOINT schema_saga_look; RELEASE SAVEPOINT schema_saga_look')
    const half = Math.floor(numbered.length / 2)
    const earlier = await undecided(client, numbered.slice(0, half))
    return half === 0 ? earlier : [...earlier, ...(await undecided(client, numbered.slice(half)))]
  }
}
