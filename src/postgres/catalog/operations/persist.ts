/** Making the new schema durable: the ledger row decides, under its lock. */
import type pg from 'pg'
import type { PersistOutcome } from '../../../contract.ts'
import { PersistConflict } from '../../../errors.ts'
import type { Plan } from '../../../physical/plan/plan.ts'
import { inTransaction } from '../pool.ts'
import { requireProject } from '../projects/projects.ts'
import { commitChange } from '../sql/commitChange.ts'
import { beginStep, endSteps } from '../steps/aggregate.ts'
import { loadPlan } from './plans.ts'
import { type Operation, requireOperation } from './read.ts'
import { giveTurnBack } from './turn.ts'

/**
 * Compare-and-set of the project's schema. Idempotent: an operation that has persisted succeeds again. Fenced: one that
 * began to compensate, or whose attempt is over, never can. Gives the turn back unless there is something to settle.
 * Errors: `PERSIST_CONFLICT`.
 */
export async function persistSchema(
  pool: pg.Pool,
  { operationId, attempt }: { operationId: string; attempt: number },
): Promise<PersistOutcome> {
  return await inTransaction(pool, async (client) => {
    const operation = await requireOperation(client, operationId, 'for update')
    if (operation.persisted) return { persisted: true, behind: 0 }
    if (operation.status !== 'applying' || operation.attempt !== attempt || operation.planHash === null) {
      const text = `The operation is ${operation.status} in attempt ${operation.attempt}: this one cannot commit.`
      throw new PersistConflict('PERSIST_CONFLICT', text)
    }
    const { plan } = await loadPlan(client, operationId, operation.planHash)
    const project = await requireProject(client, operation.projectId, 'for update')
    if (project.revision !== plan.baseRevision || project.schemaHash !== plan.schemaHash) {
      const text = `The project is at revision ${project.revision}, but the plan was made for ${plan.baseRevision}.`
      throw new PersistConflict('PERSIST_CONFLICT', text)
    }
    const behind = await countBehind(client, operation.projectId, plan.nextRevision)
    if (behind > 0) {
      await beginClosing(client, operationId)
      return { persisted: false, behind }
    }
    await commitSchema(client, operation, plan)
    // What is to be settled needs the turn until it is.
    const turn = plan.settle.length === 0 ? { turn: await giveTurnBack(client, operationId) } : {}
    return { persisted: true, behind: 0, ...turn }
  })
}

/** Whoever is behind now is swept once more; others become active when the schema is durable, so that this comes to an end. */
async function beginClosing(client: pg.PoolClient, operationId: string): Promise<void> {
  await client.query('update schema_saga.operation set closing_since = coalesce(closing_since, now()) where id = $1', [
    operationId,
  ])
  await beginStep(client, operationId, 'system_schema')
}

async function commitSchema(client: pg.PoolClient, { id, projectId }: Operation, plan: Plan): Promise<void> {
  const schema = JSON.stringify(plan.nextSchema)
  const values = [projectId, plan.nextRevision, schema, plan.nextSchemaHash]
  await client.query(
    'update schema_saga.project set revision = $2, schema = $3, schema_hash = $4 where id = $1',
    values,
  )
  await client.query(
    `insert into schema_saga.schema_revision (project_id, revision, schema, schema_hash, operation_id)
     values ($1, $2, $3, $4, $5)`,
    [...values, id],
  )
  await commitChange(client, projectId, id, plan)
  await client.query(
    `update schema_saga.operation set persisted_at = now(), revision = $2, after_schema = $3 where id = $1`,
    [id, plan.nextRevision, schema],
  )
  // In the same transaction, so that the ledger never shows a durable schema with its step unfinished; nobody is behind,
  // and that is when the tenants' step is over.
  await endSteps(client, id, ['tenant_ddl', 'system_schema'])
}

async function countBehind(client: pg.PoolClient, project: string, revision: number): Promise<number> {
  const { rows } = await client.query<{ count: number }>(
    `select count(*)::int as count from schema_saga.tenant
      where project_id = $1 and state = 'active' and coalesce(revision, -1) < $2`,
    [project, revision],
  )
  return rows[0]?.count ?? 0
}
