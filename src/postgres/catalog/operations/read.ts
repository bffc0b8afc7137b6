/** Operations: finding one, what was submitted, and its status. */
import type pg from 'pg'
import type { CatalogActivities, OperationOptions, OperationStatus } from '../../../contract.ts'
import { RequestRefused } from '../../../errors.ts'
import { writeAudit } from '../audit.ts'
import { inTransaction, onCatalog, type Queryable } from '../pool.ts'
import { FINAL } from '../statuses.ts'

/** What the ledger knows of an operation without its documents. */
export interface Operation {
  readonly id: string
  readonly projectId: string
  readonly type: string
  readonly status: OperationStatus
  readonly attempt: number
  readonly startCount: number
  readonly contentHash: string
  readonly firstRunId: string
  readonly workflowId: string
  /** The run that reported last. */
  readonly runId: string
  readonly actor: string
  readonly planHash: string | null
  readonly unchanged: boolean
  readonly persisted: boolean
  readonly paused: boolean
  /** Whether a person is to decide how it goes forward. */
  readonly held: boolean
  /** Failed and parked tenants at which a wave was halted last. */
  readonly haltedAt: number | null
  /** Tenants at once, as a person has said since it began. */
  readonly parallel: number | null
  readonly turn: 'waiting' | 'holding' | 'released' | null
}

const COLUMNS = `id, project_id as "projectId", type, status, attempt, start_count as "startCount",
  content_hash as "contentHash", first_run_id as "firstRunId", run_id as "runId", workflow_id as "workflowId", actor, plan_hash as "planHash",
  unchanged, persisted_at is not null as persisted, paused, held, turn,
  halted_at as "haltedAt", parallel`

/** The operation of that id, or null. */
export async function findOperation(
  db: Queryable,
  id: string,
  lock: '' | 'for update' = '',
): Promise<Operation | null> {
  return await onCatalog(async () => {
    const { rows } = await db.query<Operation>(`select ${COLUMNS} from schema_saga.operation where id = $1 ${lock}`, [
      id,
    ])
    return rows[0] ?? null
  })
}

/** The operation of that id. Errors: `OPERATION_NOT_FOUND`. */
export async function requireOperation(db: Queryable, id: string, lock: '' | 'for update' = ''): Promise<Operation> {
  const operation = await findOperation(db, id, lock)
  if (operation === null) throw new RequestRefused('OPERATION_NOT_FOUND', `Operation "${id}" does not exist.`)
  return operation
}

/** What was submitted under that id. Errors: `OPERATION_NOT_FOUND`. */
export async function readRequest(
  db: Queryable,
  id: string,
): Promise<{ projectId: string; mutation: unknown; options: OperationOptions }> {
  return await onCatalog(async () => {
    const { rows } = await db.query<{ projectId: string; mutation: unknown; options: OperationOptions }>(
      'select project_id as "projectId", request as mutation, options from schema_saga.operation where id = $1',
      [id],
    )
    const [row] = rows
    if (row === undefined) throw new RequestRefused('OPERATION_NOT_FOUND', `Operation "${id}" does not exist.`)
    return row
  })
}

/** Sets the status of an operation that is not final. */
export async function setStatus(
  db: Queryable,
  id: string,
  status: OperationStatus,
  reason: { error: string | null; errorCode: string | null },
): Promise<void> {
  await db.query(
    `update schema_saga.operation set status = $2, error = $3, error_code = $4, reported_at = now(),
            ended_at = case when $2 in ${FINAL} then coalesce(ended_at, now()) end
      where id = $1`,
    [id, status, reason.error, reason.errorCode],
  )
}

/** Stops an operation from beginning anything new, or lets it go on. */
export async function setPaused(
  pool: pg.Pool,
  { operationId, paused, actor, note }: { operationId: string; paused: boolean; actor: string; note?: string },
): Promise<void> {
  await inTransaction(pool, async (client) => {
    const { projectId } = await requireOperation(client, operationId, 'for update')
    await client.query('update schema_saga.operation set paused = $2, reported_at = now() where id = $1', [
      operationId,
      paused,
    ])
    const details = note === undefined ? {} : { note }
    await writeAudit(client, { projectId, operationId, actor, action: paused ? 'pause' : 'resume', details })
  })
}

/** Keeps how many tenants are worked on at once. */
export async function setParallelism(
  pool: pg.Pool,
  { operationId, parallel, actor, note }: Parameters<CatalogActivities['setParallelism']>[0],
): Promise<void> {
  await inTransaction(pool, async (client) => {
    const { projectId } = await requireOperation(client, operationId, 'for update')
    await client.query('update schema_saga.operation set parallel = $2, reported_at = now() where id = $1', [
      operationId,
      parallel,
    ])
    const details = { note: `${parallel} ${note}`.trim() }
    await writeAudit(client, { projectId, operationId, actor, action: 'set_parallelism', details })
  })
}
