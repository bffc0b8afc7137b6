/** Looks at namespaces in a transaction of its own, or within one that goes on. */
import type { ClientBase } from 'pg'

/** A transaction that was begun for it, or one that goes on. */
export type LookWithin = 'its own transaction' | 'the transaction of the caller'

const PREPARE = `SET LOCAL search_path = pg_catalog; SET LOCAL lock_timeout = '1s'; SET LOCAL jit = off;
  SET LOCAL max_parallel_workers_per_gather = 0; SHOW server_version_num`

/** In which our own words mean what they mean in `pg_catalog`. Nothing of it stays, settings included: `settings` are more of them, as SQL. */
export async function looking<Found>(
  client: ClientBase,
  within: LookWithin,
  look: (major: number) => Promise<Found>,
  settings = '',
): Promise<Found> {
  const isOwn = within === 'its own transaction'
  const begin = isOwn ? 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY' : 'SAVEPOINT schema_saga_look'
  const end = isOwn ? 'ROLLBACK' : 'ROLLBACK TO SAVEPOINT schema_saga_look; RELEASE SAVEPOINT schema_saga_look'
  let found: Found
  try {
    // Several statements in one message give several results, which the driver's types do not know.
    const answer: unknown = await client.query(`${begin}; ${settings} ${PREPARE}`)
    const results = answer as readonly { rows: readonly { server_version_num?: string }[] }[]
    found = await look(Math.floor(Number(results.at(-1)?.rows[0]?.server_version_num) / 10_000))
  } catch (error) {
    // Where even the beginning failed there is nothing to end; what failed first is told.
    await client.query(end).catch(() => undefined)
    throw error
  }
  await client.query(end)
  return found
}

/** Lines that were printed with the path of another namespace would be wrong without a sign. */
export function requireSure(rows: readonly { readonly sure: boolean }[]): void {
  if (rows.some(({ sure }) => !sure)) throw new Error('Lines of a record were printed with a wrong search path.')
}
