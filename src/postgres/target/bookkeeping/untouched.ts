/** A look, without writing, at whether an operation has left anything on a target. */
import type { ClientBase } from 'pg'
import { sessionPrefix, type TargetExecution } from '../stage/execution.ts'
import { bookkeepingVersion } from './bookkeeping.ts'

const ANYTHING = `
  SELECT pg_is_in_recovery()
      OR EXISTS (SELECT FROM pg_stat_activity a WHERE a.datname = current_database() AND starts_with(a.application_name, $4)
                    AND a.pid <> pg_backend_pid())
      OR EXISTS (SELECT FROM schema_saga_target.marker m
                  WHERE m.namespace = $1 AND m.incarnation = $2 AND m.operation_id = $3 AND m.state IN ('started', 'applied'))
      AS anything`

/**
 * Whether a database that takes no writes holds nothing of the operation that would have to be undone: no open marker,
 * and no try still at work. What a standby shows is no proof, for it may be behind.
 */
export async function hasNothing(client: ClientBase, namespace: string, work: TargetExecution): Promise<boolean> {
  if ((await bookkeepingVersion(client)) === 0) return false
  const { target, operationId } = work
  const values = [namespace, target.incarnation, operationId, sessionPrefix(work)]
  const { rows } = await client.query<{ anything: boolean }>(ANYTHING, values)
  return rows[0]?.anything === false
}
