/** Making the new schema durable, giving up, and closing: the ledger row decides, under its lock. */
import type pg from 'pg'
import type { CloseOperation, PersistOutcome } from '../../contract.ts'
import { PersistConflict } from '../../errors.ts'
import { writeAudit } from './audit.ts'
import { requireOperation, setStatus } from './operations.ts'
import { loadPlan } from './plans.ts'
import { inTransaction } from './pool.ts'
import { requireProject } from './projects.ts'

/**
 * Compare-and-set of the project's schema. Idempotent: an operation that has persisted succeeds again. Fenced: one that
 * began to compensate, or whose attempt is over, never can. Errors: `PERSIST_CONFLICT`.
 */
export async function persistSchema(
  pool: pg.Pool,
  { operationId, attempt }: { operationId: string; attempt: number },
): Promise<PersistOutcome> {
  return await inTransaction(pool, async (client) => {
    const operation = await requireOperation(client, operationId, 'for update')
    if (operation.persisted) return { persisted: true, behind: 0 }
    if (operation.status !== 'applying' || operation.attempt !== attempt || operation.planHash === null) {
      throw new PersistConflict('PERSIST_CONFLICT', `The operation is ${operation.status}: it can not commit any more.`)
    }
    const { plan } = await loadPlan(client, operationId, operation.planHash)
    const project = await requireProject(client, operation.projectId, 'for update')
    if (project.revision !== plan.baseRevision || project.schemaHash !== plan.schemaHash) {
      const text = `The project is at revision ${project.revision}, but the plan was made for ${plan.baseRevision}.`
      throw new PersistConflict('PERSIST_CONFLICT', text)
    }
    const behind = await countBehind(client, operation.projectId, plan.nextRevision)
    if (behind > 0) return { persisted: false, behind }
    const schema = JSON.stringify(plan.nextSchema)
    const values = [operation.projectId, plan.nextRevision, schema, plan.nextSchemaHash]
    await client.query(
      'update schema_saga.project set revision = $2, schema = $3, schema_hash = $4 where id = $1',
      values,
    )
    await client.query(
      `insert into schema_saga.schema_revision (project_id, revision, schema, schema_hash, operation_id)
       values ($1, $2, $3, $4, $5)`,
      [...values, operationId],
    )
    await client.query(
      `update schema_saga.operation set persisted_at = now(), revision = $2, after_schema = $3 where id = $1`,
      [operationId, plan.nextRevision, schema],
    )
    return { persisted: true, behind: 0 }
  })
}

/** Durable before the first undo. Errors: `PERSIST_CONFLICT` when the schema is durable already. */
export async function beginCompensation(
  pool: pg.Pool,
  request: { operationId: string; error: string; errorCode: string },
): Promise<void> {
  await inTransaction(pool, async (client) => {
    const operation = await requireOperation(client, request.operationId, 'for update')
    if (operation.persisted) {
      throw new PersistConflict('PERSIST_CONFLICT', 'The schema is durable already: nothing is undone any more.')
    }
    await setStatus(client, request.operationId, 'compensating', request)
  })
}

/** Something is not as before and a person must look. */
export async function markNeedsRepair(
  pool: pg.Pool,
  request: { operationId: string; error: string; errorCode: string },
): Promise<void> {
  await inTransaction(pool, async (client) => {
    const { projectId } = await requireOperation(client, request.operationId, 'for update')
    await setStatus(client, request.operationId, 'needs_repair', request)
    await writeAudit(client, {
      projectId,
      operationId: request.operationId,
      actor: 'schema-saga',
      action: 'needs_repair',
    })
  })
}

/** Writes the final status. A failed or cancelled operation must have left nothing changed: otherwise it throws. */
export async function closeOperation(pool: pg.Pool, request: CloseOperation): Promise<void> {
  const { operationId, status, error = null, errorCode = null } = request
  await inTransaction(pool, async (client) => {
    const operation = await requireOperation(client, operationId, 'for update')
    if (operation.status === status) return
    if (status !== 'committed') await settleSteps(client, operationId)
    await setStatus(client, operationId, status, { error, errorCode })
    await writeAudit(client, {
      projectId: operation.projectId,
      operationId,
      actor: 'schema-saga',
      action: `close_${status}`,
      details: { error_code: errorCode },
    })
  })
}

/** Aggregates that were cut off in the middle say so; targets must not be left changed. */
async function settleSteps(client: pg.PoolClient, operationId: string): Promise<void> {
  const { rows } = await client.query<{ key: string; scope: string }>(
    `select key, scope from schema_saga.operation_step
      where operation_id = $1 and state in ('running', 'succeeded') and not undone
        and (key = 'base_project_ddl' or (key = 'tenant_ddl' and scope <> ''))`,
    [operationId],
  )
  if (rows.length > 0) {
    const named = rows.slice(0, 20).map(({ scope }) => (scope === '' ? 'base' : `tenant ${scope}`))
    throw new PersistConflict('COMPENSATION_FAILED', `Still changed: ${named.join(', ')}.`)
  }
  await client.query(
    `update schema_saga.operation_step set state = 'compensated', ended_at = coalesce(ended_at, now())
      where operation_id = $1 and key = 'tenant_ddl' and scope = '' and state in ('running', 'succeeded')`,
    [operationId],
  )
  await client.query(
    `update schema_saga.operation_step set state = 'pending', started_at = null
      where operation_id = $1 and scope = '' and key in ('preflight', 'system_schema') and state = 'running'`,
    [operationId],
  )
}

async function countBehind(client: pg.PoolClient, project: string, revision: number): Promise<number> {
  const { rows } = await client.query<{ count: number }>(
    `select count(*)::int as count from schema_saga.tenant
      where project_id = $1 and state = 'active' and revision < $2`,
    [project, revision],
  )
  return rows[0]?.count ?? 0
}
