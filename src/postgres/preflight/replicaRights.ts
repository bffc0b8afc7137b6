/** Whether our role may see how far replicas are behind: asked in preflight where the batches of a plan are to wait for them. */
import pg from 'pg'
import { ident } from '../../physical/sql.ts'

/** A namespace in a database where it may not. */
export interface Blind {
  readonly namespace: string
  /** Our role. */
  readonly blind: string
}

/** A row for each of the namespaces, or none; `pg_monitor` belongs to the role that is asked for, as superusers do. */
export function monitorQuery(namespaces: readonly string[]): string {
  const names = namespaces.map((name) => pg.escapeLiteral(name)).join(', ')
  return `SELECT u.namespace, current_user::text AS blind FROM unnest(ARRAY[${names}]::text[]) u (namespace)
    WHERE NOT pg_has_role('pg_read_all_stats', 'USAGE')`
}

/** What stands in the way, and the two ways out. */
export function blindIn({ blind }: Blind): string {
  return `max_replica_lag is set, but our role ${blind} may not see how far replicas are behind: GRANT pg_monitor TO ${ident(blind)}, or set max_replica_lag=off`
}
