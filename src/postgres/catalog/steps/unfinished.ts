/** What operations that are at work have on record about a tenant. */
import type { OperationStatus, StepState } from '../../../contract.ts'
import type { Queryable } from '../pool.ts'
import { FINAL } from '../statuses.ts'

/** The record of a tenant in an operation that may still touch targets. */
export interface OpenRecord {
  readonly operationId: string
  readonly status: OperationStatus
  readonly state: StepState
  /** Whether forward work may have begun there which the operation may yet have to undo. */
  readonly undoable: boolean
  /** Whether forward work that has begun there has neither come to its end nor been undone, and is to go on. */
  readonly halfway: boolean
  /** Whether the operation is going back, or waits for a person because it could not. */
  readonly undoing: boolean
}

/**
 * The record of the operation at work, or null. Once its schema is durable and its turn given back, an operation touches
 * no target any more, however long its cache may take.
 */
export async function openRecordOf(db: Queryable, project: string, tenant: string): Promise<OpenRecord | null> {
  const { rows } = await db.query<OpenRecord>(
    `select o.id as "operationId", o.status, s.state,
            o.persisted_at is null and s.tries > 0 and not s.undone and s.state <> 'skipped'
              and (s.state <> 'pending' or t.state = 'active') as undoable,
            o.persisted_at is null and s.tries > 0 and not s.undone and s.state in ('pending', 'running', 'failed')
              and o.status <> 'compensating' and (o.status <> 'needs_repair' or o.held) as halfway,
            o.status = 'compensating' or (o.status = 'needs_repair' and not o.held) as undoing
       from schema_saga.operation o
       join schema_saga.operation_step s on s.operation_id = o.id and s.key = 'tenant_ddl' and s.scope = $2
       left join schema_saga.tenant t on t.project_id = o.project_id and t.id = s.scope
      where o.project_id = $1 and o.status not in ${FINAL}
        and not (o.persisted_at is not null and o.turn = 'released')
      order by (s.state = 'running') desc, o.seq limit 1`,
    [project, tenant],
  )
  return rows[0] ?? null
}

/** An operation that somebody has to wait for. */
type OpenOperation = Pick<OpenRecord, 'operationId' | 'status'>

/**
 * The operation that a tenant has to wait for before it becomes active, or null: one that has a record of it, or one
 * whose last rounds met others that had become active meanwhile (DESIGN section 4, closing sweep). Read under the lock
 * of the project's row.
 */
export async function delaysActivation(db: Queryable, project: string, tenant: string): Promise<OpenOperation | null> {
  return (await openRecordOf(db, project, tenant)) ?? (await closingOperation(db, project))
}

async function closingOperation(db: Queryable, project: string): Promise<OpenOperation | null> {
  const { rows } = await db.query<OpenOperation>(
    `select id as "operationId", status from schema_saga.operation
      where project_id = $1 and status = 'applying' and closing_since is not null and persisted_at is null limit 1`,
    [project],
  )
  return rows[0] ?? null
}

/** Keeps operations of the project from opening their records, or ending, until this transaction does. */
export async function holdOperations(db: Queryable, project: string): Promise<void> {
  await db.query(
    `select from schema_saga.operation
      where project_id = $1 and status not in ${FINAL} order by seq for key share`,
    [project],
  )
}
