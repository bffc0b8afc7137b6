/** Accepting an operation: one row per id, whoever submits it, however often. */
import type pg from 'pg'
import { FINAL_STATUSES, operationWorkflowId } from '../../../contract.ts'
import { RequestRefused } from '../../../errors.ts'
import { writeAudit } from '../audit.ts'
import { inTransaction } from '../pool.ts'
import { requireTypeOfKind } from '../projects/kind.ts'
import { type Project, requireProject } from '../projects/projects.ts'
import { type Operation, requireOperation } from './read.ts'

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
  readonly runId: string
  /** The run that the workflow began with; stays the same when it continues as new. */
  readonly firstRunId: string
  /** The attempt that this run is to follow with another one. */
  readonly retryOf?: number
  /** A run of the operation that is known to be closed: only then may another one take over what it held. */
  readonly closedRunId?: string
}

/**
 * Opens the ledger row, takes it up again for a new run of the same operation, or begins the next attempt of one that
 * failed or was cancelled; the row is the authority.
 * Errors: `NOT_APPLICABLE` (wrong workflow id, closed operation), `IDEMPOTENCY_CONFLICT`, `ALREADY_COMMITTED`,
 * `IN_PROGRESS` (another run holds the turn), `PROJECT_KIND`.
 */
export async function openOperation(pool: pg.Pool, request: OpenRequest): Promise<Operation> {
  const { projectId, operationId, workflowId } = request
  const expected = operationWorkflowId(projectId, operationId)
  if (workflowId !== expected) {
    const text = `The workflow id of this operation is "${expected}", not "${workflowId}".`
    throw new RequestRefused('NOT_APPLICABLE', text)
  }
  return await inTransaction(pool, async (client) => {
    const project = await requireProject(client, projectId)
    requireTypeOfKind(project, request.type)
    if (!project.baseReady) {
      const text = `The base of project "${projectId}" is not ready: run \`schema-saga project create\` again.`
      throw new RequestRefused('NOT_APPLICABLE', text)
    }
    if (!(await insertOperation(client, request, project))) return await takeUpAgain(client, request)
    await requireUnused(client, request)
    const { actor, type } = request
    await writeAudit(client, { projectId, operationId, actor, action: 'submit', details: { type } })
    return await requireOperation(client, operationId)
  })
}

/** False when the id is known already; of two that come at the same moment, one waits here for the other. */
async function insertOperation(client: pg.PoolClient, request: OpenRequest, { schema }: Project): Promise<boolean> {
  const { operationId, projectId, type, contentHash, actor, workflowId, runId, firstRunId } = request
  const added = await client.query(
    `insert into schema_saga.operation
            (id, project_id, type, status, content_hash, request, options, actor, workflow_id, run_id, first_run_id,
             before_schema)
     values ($1, $2, $3, 'pending', $4, $5, $6, $7, $8, $9, $10, $11)
     on conflict do nothing`,
    [
      operationId,
      projectId,
      type,
      contentHash,
      JSON.stringify(request.mutation),
      JSON.stringify(request.options),
      actor,
      workflowId,
      runId,
      firstRunId,
      JSON.stringify(schema),
    ],
  )
  return added.rowCount === 1
}

/**
 * An id stays that of what it has made, also when the ledger has forgotten the operation: a purge, a revert and a return look
 * for the revision by the id, and would take what another operation does for it. Errors: `IDEMPOTENCY_CONFLICT`.
 */
async function requireUnused(client: pg.PoolClient, { projectId, operationId }: OpenRequest): Promise<void> {
  const { rows } = await client.query<{ revision: number }>(
    'select revision from schema_saga.schema_revision where project_id = $1 and operation_id = $2 limit 1',
    [projectId, operationId],
  )
  const [made] = rows
  if (made === undefined) return
  const text = `Operation id "${operationId}" was used by an operation that made revision ${made.revision} and is past its retention: use a new id.`
  throw new RequestRefused('IDEMPOTENCY_CONFLICT', text)
}

async function takeUpAgain(client: pg.PoolClient, request: OpenRequest): Promise<Operation> {
  const known = await requireOperation(client, request.operationId, 'for update')
  if (known.projectId !== request.projectId || known.contentHash !== request.contentHash) {
    const text = `Operation id "${known.id}" belongs to another mutation: use a new id.`
    throw new RequestRefused('IDEMPOTENCY_CONFLICT', text)
  }
  // The activity was retried because its answer was lost, or the workflow continued as new.
  if (known.firstRunId === request.firstRunId) return await noteRun(client, request)
  if (known.status === 'committed') {
    throw new RequestRefused('ALREADY_COMMITTED', `Operation "${known.id}" has committed already.`)
  }
  if (FINAL_STATUSES.includes(known.status)) return await beginAttempt(client, request, known)
  // Whoever holds the turn may be at work on targets, unless its run is closed.
  if (known.turn === 'holding' && known.runId !== request.closedRunId) {
    throw new RequestRefused('IN_PROGRESS', `Operation "${known.id}" is ${known.status} in another run.`)
  }
  return await startAgain(client, request)
}

/** One more attempt at an operation that left everything as it was; of two retries at once, one is too late. */
async function beginAttempt(client: pg.PoolClient, request: OpenRequest, known: Operation): Promise<Operation> {
  const { operationId, runId, firstRunId, retryOf, actor } = request
  if (retryOf !== known.attempt) {
    const ended = `Operation "${known.id}" ended ${known.status} in attempt ${known.attempt}`
    throw new RequestRefused('NOT_APPLICABLE', `${ended}: \`schema-saga operation retry ${known.id}\` begins another.`)
  }
  // It waits for its turn behind those that were submitted meanwhile.
  await client.query(
    `update schema_saga.operation
        set attempt = attempt + 1, start_count = start_count + 1, seq = nextval('schema_saga.operation_seq_seq'),
            status = 'pending', turn = 'waiting', run_id = $2, first_run_id = $3, reported_at = now(),
            base_revision = null, revision = null, plan_hash = null, unchanged = false, paused = false, held = false,
            error = null, error_code = null, cause = null, cause_code = null, cause_type = null, ends_as = null,
            started_at = null, ended_at = null, closing_since = null, auto_repair_tries = 0, auto_repair_at = null,
            halted_at = null, parallel = null
      where id = $1`,
    [operationId, runId, firstRunId],
  )
  await client.query(
    `update schema_saga.operation_step
        set state = 'pending', error = null, error_code = null, undone = undone or accepted, accepted = false,
            started_at = null, ended_at = null
      where operation_id = $1 and (state <> 'skipped' or scope <> '')`,
    [operationId],
  )
  const { projectId } = known
  await writeAudit(client, { projectId, operationId, actor, action: 'retry', details: { attempt: known.attempt + 1 } })
  return await requireOperation(client, operationId)
}

/** A run that continued as new starts children of its own. */
async function noteRun(client: pg.PoolClient, { operationId, runId }: OpenRequest): Promise<Operation> {
  await client.query(
    `update schema_saga.operation
        set start_count = start_count + case when run_id = $2 then 0 else 1 end, run_id = $2, reported_at = now()
      where id = $1`,
    [operationId, runId],
  )
  return await requireOperation(client, operationId)
}

/** A new run takes up an operation whose run is closed or has done nothing; the one before cannot take the turn any more. */
async function startAgain(client: pg.PoolClient, request: OpenRequest): Promise<Operation> {
  const { operationId, runId, firstRunId } = request
  await client.query(
    `update schema_saga.operation
        set start_count = start_count + 1, run_id = $2, first_run_id = $3, reported_at = now()
      where id = $1`,
    [operationId, runId, firstRunId],
  )
  return await requireOperation(client, operationId)
}
