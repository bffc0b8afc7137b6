/** Operations: accepting one, finding one, and its status. */
import type pg from 'pg'
import { FINAL_STATUSES, type OperationStatus, operationWorkflowId } from '../../contract.ts'
import { RequestRefused } from '../../errors.ts'
import { writeAudit } from './audit.ts'
import { inTransaction, onCatalog, type Queryable } from './pool.ts'
import { requireProject } from './projects.ts'

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
  readonly actor: string
  readonly planHash: string | null
  readonly persisted: boolean
}

/** A request that was parsed, with the run that carries it. */
export interface OpenRequest {
  readonly projectId: string
  readonly operationId: string
  readonly type: string
  readonly contentHash: string
  readonly mutation: unknown
  readonly options: unknown
  readonly actor: string
  readonly workflowId: string
  readonly firstRunId: string
}

const COLUMNS = `id, project_id as "projectId", type, status, attempt, start_count as "startCount",
  content_hash as "contentHash", first_run_id as "firstRunId", actor, plan_hash as "planHash",
  persisted_at is not null as persisted`

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

/**
 * Opens the ledger row, or takes it up again for a new run of the same operation; the row is the authority.
 * Errors: `NOT_APPLICABLE` (wrong workflow id, closed operation), `IDEMPOTENCY_CONFLICT`, `ALREADY_COMMITTED`.
 */
export async function openOperation(pool: pg.Pool, request: OpenRequest): Promise<Operation> {
  const { projectId, operationId, workflowId } = request
  const expected = operationWorkflowId(projectId, operationId)
  if (workflowId !== expected) {
    throw new RequestRefused(
      'NOT_APPLICABLE',
      `The workflow id of this operation is "${expected}", not "${workflowId}".`,
    )
  }
  return await inTransaction(pool, async (client) => {
    const project = await requireProject(client, projectId)
    if (!project.baseReady) {
      const text = `The base of project "${projectId}" is not ready: run \`schema-saga project create\` again.`
      throw new RequestRefused('NOT_APPLICABLE', text)
    }
    const added = await client.query(
      `insert into schema_saga.operation
              (id, project_id, type, status, content_hash, request, options, actor, workflow_id, first_run_id, before_schema)
       values ($1, $2, $3, 'pending', $4, $5, $6, $7, $8, $9, $10)
       on conflict do nothing`,
      [
        ...[operationId, projectId, request.type, request.contentHash, JSON.stringify(request.mutation)],
        ...[JSON.stringify(request.options), request.actor, workflowId, request.firstRunId],
        JSON.stringify(project.schema),
      ],
    )
    if (added.rowCount === 1) {
      await writeAudit(client, {
        projectId,
        operationId,
        actor: request.actor,
        action: 'submit',
        details: { type: request.type },
      })
      return await requireOperation(client, operationId)
    }
    return await takeUpAgain(client, request)
  })
}

async function takeUpAgain(client: pg.PoolClient, request: OpenRequest): Promise<Operation> {
  const known = await requireOperation(client, request.operationId, 'for update')
  if (known.projectId !== request.projectId || known.contentHash !== request.contentHash) {
    const text = `Operation id "${known.id}" belongs to another mutation: use a new id.`
    throw new RequestRefused('IDEMPOTENCY_CONFLICT', text)
  }
  // The same run again: the activity was retried because its answer was lost.
  if (known.firstRunId === request.firstRunId) return known
  if (known.status === 'committed') {
    throw new RequestRefused('ALREADY_COMMITTED', `Operation "${known.id}" has committed already.`)
  }
  if (FINAL_STATUSES.includes(known.status)) {
    throw new RequestRefused(
      'NOT_APPLICABLE',
      `Operation "${known.id}" ended ${known.status}: submit it under a new id.`,
    )
  }
  throw new RequestRefused('IN_PROGRESS', `Operation "${known.id}" is ${known.status} in another run.`)
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
            ended_at = case when $2 in ('committed', 'failed', 'cancelled') then coalesce(ended_at, now()) end
      where id = $1`,
    [id, status, reason.error, reason.errorCode],
  )
}
