/** Who stands in the way of a session: never what it runs, for that may hold a customer's values. */
import type { ClientBase } from 'pg'

/** A session that holds what another one waits for. */
export interface Blocker {
  /** 0 for a prepared transaction, which has no session. */
  readonly pid: number
  readonly applicationName: string
  readonly state: string
  /** How old its transaction is. */
  readonly ageSeconds: number
}

const BLOCKERS = `
  SELECT b.pid, coalesce(a.application_name, '') AS "applicationName",
         coalesce(a.state, CASE b.pid WHEN 0 THEN 'prepared transaction' ELSE 'unknown' END) AS state,
         coalesce(round(extract(epoch FROM clock_timestamp() - a.xact_start)), 0)::integer AS "ageSeconds"
    FROM unnest(pg_blocking_pids($1)) AS b(pid)
    LEFT JOIN pg_stat_activity a ON a.pid = b.pid
   ORDER BY 4 DESC`

/** The sessions which the session `pid` waits for at this moment. */
export async function findBlockers(client: ClientBase, pid: number): Promise<readonly Blocker[]> {
  return (await client.query<Blocker>(BLOCKERS, [pid])).rows
}

/** A sentence that names them. */
export function describeBlockers(blockers: readonly Blocker[]): string {
  const each = blockers.map(
    ({ pid, applicationName, state, ageSeconds }) =>
      `pid ${pid} (${applicationName === '' ? 'no application_name' : applicationName}, ${state}, ${ageSeconds} s)`,
  )
  return `Blocked by ${each.join(', ')}.`
}
