/** Plans: one per attempt, immutable, all of them kept, found again by operation and hash. */
import type pg from 'pg'
import type { Target } from '../../../contract.ts'
import { PersistConflict, RequestRefused } from '../../../errors.ts'
import type { LogicalSchema } from '../../../logical/schema.ts'
import type { Hazard } from '../../../physical/change.ts'
import type { Plan } from '../../../physical/plan/plan.ts'
import { inTransaction, onCatalog, type Queryable } from '../pool.ts'
import { requireOperation } from './read.ts'
import { assignWaves } from './waves.ts'

/** The plan which this attempt has made already, or null. */
export async function planOfAttempt(db: Queryable, operationId: string): Promise<Plan | null> {
  return await onCatalog(async () => {
    const { rows } = await db.query<{ plan: Plan }>(
      `select p.plan from schema_saga.operation_plan p
         join schema_saga.operation o on o.id = p.operation_id and o.attempt = p.attempt
        where o.id = $1 order by p.at limit 1`,
      [operationId],
    )
    return rows[0]?.plan ?? null
  })
}

/** The last plan of this operation that was made for that revision, or null; a revision is never made twice. */
export async function planFor(db: Queryable, operationId: string, revision: number): Promise<Plan | null> {
  return await onCatalog(async () => {
    const { rows } = await db.query<{ plan: Plan }>(
      `select plan from schema_saga.operation_plan
        where operation_id = $1 and (plan ->> 'baseRevision')::int = $2 order by attempt desc limit 1`,
      [operationId, revision],
    )
    return rows[0]?.plan ?? null
  })
}

/** A plan with what its work needs to know of the project. */
export interface StoredPlan {
  readonly plan: Plan
  readonly projectId: string
  /** The schema before it. */
  readonly before: LogicalSchema
  /** How far replicas may be behind, by the setting as it is now; null: however far. */
  readonly replicaLagMs: number | null
}

/** A stored plan with the project it belongs to and the schema before it. */
export async function loadPlan(db: Queryable, operationId: string, hash: string): Promise<StoredPlan> {
  return await onCatalog(async () => {
    const { rows } = await db.query<StoredPlan>(
      `select p.plan, o.project_id as "projectId", r.schema as before,
              (j.settings ->> 'max_replica_lag_ms')::float8 as "replicaLagMs"
         from schema_saga.operation_plan p
         join schema_saga.operation o on o.id = p.operation_id
         join schema_saga.project j on j.id = o.project_id
         join schema_saga.schema_revision r
           on r.project_id = o.project_id and r.revision = (p.plan ->> 'baseRevision')::int
        where p.operation_id = $1 and p.hash = $2
        limit 1`,
      [operationId, hash],
    )
    const [row] = rows
    if (row !== undefined) return row
    throw new RequestRefused('OPERATION_NOT_FOUND', `Operation "${operationId}" has no plan ${hash.slice(0, 12)}.`)
  })
}

/**
 * Stores the plan, opens the step records of base and tenants, and sets the operation to applying. An attempt keeps the
 * plan that was stored first, which is the one returned. Errors: `PERSIST_CONFLICT`.
 */
export async function recordPlan(
  pool: pg.Pool,
  operationId: string,
  made: Plan,
  base: Target | null,
): Promise<{ plan: Plan; tenants: number; waves: number }> {
  return await inTransaction(pool, async (client) => {
    const { attempt, status } = await requireOperation(client, operationId, 'for update')
    if (status !== 'pending' && status !== 'applying') {
      throw new PersistConflict(
        'PERSIST_CONFLICT',
        `Operation "${operationId}" is ${status}: it cannot be planned now.`,
      )
    }
    const plan = (await planOfAttempt(client, operationId)) ?? made
    await client.query(
      `insert into schema_saga.operation_plan (operation_id, hash, attempt, plan) values ($1, $2, $3, $4)
       on conflict do nothing`,
      [operationId, plan.hash, attempt, JSON.stringify(plan)],
    )
    await beginApplying(client, operationId, plan)
    await openSteps(client, operationId, plan, base)
    const tenants = await countTenantSteps(client, operationId)
    return { plan, tenants, waves: plan.unchanged ? 0 : await assignWaves(client, operationId) }
  })
}

/** Keeps beside the plan what its targets have shown of it; nothing that runs reads it. */
export async function recordFoundHazards(
  pool: pg.Pool,
  operationId: string,
  hash: string,
  hazards: readonly Hazard[],
): Promise<void> {
  await onCatalog(() =>
    pool.query(
      `update schema_saga.operation_plan set plan = plan || jsonb_build_object('found', $3::jsonb)
        where operation_id = $1 and hash = $2`,
      [operationId, hash, JSON.stringify(hazards)],
    ),
  )
}

/** The schema before is the plan's: another operation may have committed since this one was submitted. */
async function beginApplying(client: pg.PoolClient, operationId: string, plan: Plan): Promise<void> {
  await client.query(
    `update schema_saga.operation o
        set status = 'applying', plan_hash = $2, base_revision = $3, revision = $4, unchanged = $5, reported_at = now(),
            started_at = coalesce(o.started_at, now()),
            before_schema = coalesce((select r.schema from schema_saga.schema_revision r
                                       where r.project_id = o.project_id and r.revision = $3), o.before_schema)
      where o.id = $1`,
    [operationId, plan.hash, plan.baseRevision, plan.nextRevision, plan.unchanged],
  )
}

async function openSteps(client: pg.PoolClient, operationId: string, plan: Plan, base: Target | null): Promise<void> {
  const skip = plan.unchanged ? 'skipped' : 'pending'
  await client.query(
    `insert into schema_saga.operation_step (operation_id, key, state)
     values ($1, 'preflight', $2), ($1, 'base_project_ddl', $3), ($1, 'tenant_ddl', $2), ($1, 'system_schema', $2),
            ($1, 'settle', $4), ($1, 'cache', $2), ($1, 'after_commit', $2)
     on conflict (operation_id, key, scope) do update set state = excluded.state
      where operation_step.state in ('pending', 'skipped')`,
    [operationId, skip, base === null ? 'skipped' : skip, plan.settle.length === 0 ? 'skipped' : skip],
  )
  if (plan.unchanged) return
  await client.query(
    `insert into schema_saga.operation_step (operation_id, key, scope, state)
     select $1, 'tenant_ddl', t.id, 'pending'
       from schema_saga.tenant t join schema_saga.operation o on o.project_id = t.project_id
      where o.id = $1 and t.state = 'active'
     on conflict do nothing`,
    [operationId],
  )
}

async function countTenantSteps(db: Queryable, operationId: string): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    `select count(*)::int as count from schema_saga.operation_step
      where operation_id = $1 and key = 'tenant_ddl' and scope <> ''`,
    [operationId],
  )
  return rows[0]?.count ?? 0
}
