/** Operations that want the reconciler's look: silent ones, and those whose undo did not succeed. */
import type { OperationStatus } from '../../contract.ts'
import { onCatalog, type Queryable } from './pool.ts'

/** An operation that has not reported for two minutes although it is not final. */
export interface SilentOperation {
  readonly id: string
  readonly status: OperationStatus
  readonly workflowId: string
  readonly runId: string
}

/** The silent operations of a project, in order of submission. */
export async function listSilentOperations(db: Queryable, project: string): Promise<SilentOperation[]> {
  return await onCatalog(async () => {
    const { rows } = await db.query<SilentOperation>(
      `select id, status, workflow_id as "workflowId", run_id as "runId" from schema_saga.operation
        where project_id = $1 and status in ('pending', 'applying', 'compensating', 'needs_repair')
          and reported_at < now() - interval '2 minutes'
        order by seq`,
      [project],
    )
    return rows
  })
}

/** An undo that did not succeed, and what the reconciler has done about it. */
export interface OpenUndo {
  readonly id: string
  readonly workflowId: string
  /** Tries of the reconciler since the undo first failed. */
  readonly tries: number
  /** Whether the pause since the last try, a minute doubling with each, is over. */
  readonly due: boolean
}

/** The open undos of a project; held operations wait for a person, and durable ones for their cache. */
export async function listOpenUndos(db: Queryable, project: string): Promise<OpenUndo[]> {
  return await onCatalog(async () => {
    const { rows } = await db.query<OpenUndo>(
      `select o.id, o.workflow_id as "workflowId", coalesce(tried.count, 0) as tries,
              coalesce(tried.last < now() - interval '1 minute' * power(2, tried.count), true) as due
         from schema_saga.operation o
         left join lateral (
           select count(*)::int as count, max(a.at) as last from schema_saga.audit a
            where a.project_id = o.project_id and a.operation_id = o.id and a.action = 'repair_retry'
              and a.actor = 'reconciler') tried on true
        where o.project_id = $1 and o.status = 'needs_repair' and not o.held and o.persisted_at is null
        order by o.seq`,
      [project],
    )
    return rows
  })
}
