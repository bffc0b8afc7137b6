/** Who stands in the way of a lock: sessions by pid, age, application and state; never their statements. */
import type { Client } from 'pg'

/** One session that holds a lock on a table we want. */
export interface Blocker {
  readonly pid: number
  readonly application: string
  readonly state: string
  /** Age of its transaction in seconds. */
  readonly seconds: number
}

const BLOCKERS = `
  select distinct a.pid, coalesce(a.application_name, '') as application, coalesce(a.state, '') as state,
         coalesce(extract(epoch from clock_timestamp() - a.xact_start)::int, 0) as seconds
    from pg_catalog.pg_locks l
    join pg_catalog.pg_class c on c.oid = l.relation
    join pg_catalog.pg_stat_activity a on a.pid = l.pid
   where l.granted and l.locktype = 'relation' and c.relnamespace = to_regnamespace($1)
     and l.database = (select oid from pg_catalog.pg_database where datname = current_database())
     and a.pid <> pg_backend_pid() and a.application_name <> $2
   order by seconds desc
   limit 5`

/** At most five sessions, the oldest first. */
export async function findBlockers(client: Client, namespace: string, ourName: string): Promise<Blocker[]> {
  const { rows } = await client.query<Blocker>(BLOCKERS, [`"${namespace.replaceAll('"', '""')}"`, ourName])
  return rows
}

/** The blockers in words. */
export function blockersText(blockers: readonly Blocker[]): string {
  if (blockers.length === 0) return 'the session that held it is gone'
  return blockers
    .map(
      ({ pid, application, state, seconds }) =>
        `held by pid ${pid} (${application || 'unnamed'}, ${state}, ${seconds} s)`,
    )
    .join(', ')
}
