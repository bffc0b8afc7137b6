/** What would make a change wait before it begins: old transactions that hold its tables (reads only). */
import type { ClientBase } from 'pg'
import { LockUnavailable } from '../../errors.ts'
import { type Blocker, describeBlockers } from '../target/stage/blockers.ts'

/** Younger ones are gone before it matters. */
const OLD_SECONDS = 30

/** What stands in the way in one namespace, oldest first. */
export interface LongTransactions {
  readonly namespace: string
  readonly blockers: readonly Blocker[]
}

interface Row extends Blocker {
  readonly namespace: string
}

// A prepared transaction waits for a person whatever its age, and has no session; nor can an autovacuum against
// wraparound be pushed aside. The text of a query is compared, never returned.
const QUERY = `
  WITH held AS (
    SELECT n.nspname AS namespace, l.pid, l.virtualtransaction
      FROM pg_catalog.pg_locks l
      JOIN pg_catalog.pg_class c ON c.oid = l.relation
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     WHERE l.locktype = 'relation' AND l.granted
       AND l.database = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = current_database())
       AND n.nspname = ANY ($1::text[]) AND c.relname = ANY ($2::text[])
       AND l.pid IS DISTINCT FROM pg_backend_pid()
     GROUP BY 1, 2, 3)
  SELECT h.namespace, a.pid, coalesce(a.application_name, '') AS "applicationName",
         CASE w.wraparound WHEN true THEN 'autovacuum to prevent wraparound' ELSE coalesce(a.state, 'unknown') END AS state,
         coalesce(extract(epoch FROM clock_timestamp() - a.xact_start), 0)::integer AS "ageSeconds"
    FROM held h
    JOIN pg_catalog.pg_stat_activity a ON a.pid = h.pid
   CROSS JOIN LATERAL (SELECT a.backend_type = 'autovacuum worker' AND a.query LIKE '%(to prevent wraparound)%') w(wraparound)
   WHERE w.wraparound OR a.xact_start < clock_timestamp() - $3 * interval '1 second'
  UNION ALL
  SELECT h.namespace, 0, '', 'prepared transaction',
         extract(epoch FROM clock_timestamp() - p.prepared)::integer
    FROM held h
    JOIN pg_catalog.pg_prepared_xacts p ON h.virtualtransaction = '-1/' || p.transaction::text
   WHERE h.pid IS NULL
   ORDER BY "ageSeconds" DESC`

/** The old transactions on these tables in these namespaces, all of them in the session's database; one query. */
export async function findLongTransactions(
  client: ClientBase,
  namespaces: readonly string[],
  tables: readonly string[],
  oldSeconds: number = OLD_SECONDS,
): Promise<readonly LongTransactions[]> {
  const { rows } = await client.query<Row>(QUERY, [namespaces, tables, oldSeconds])
  const found = new Map<string, Blocker[]>()
  for (const { namespace, ...blocker } of rows) found.set(namespace, [...(found.get(namespace) ?? []), blocker])
  return [...found].map(([namespace, blockers]) => ({ namespace, blockers }))
}

/** What is said of a target whose tables they hold: try again, within the patience of the work. */
export function heldByOthers(where: string, blockers: readonly Blocker[]): LockUnavailable {
  const text = `${where}: the change would wait for transactions older than ${OLD_SECONDS} s. ${describeBlockers(blockers)}`
  return new LockUnavailable('LOCK_UNAVAILABLE', text, { details: { blockers } })
}
