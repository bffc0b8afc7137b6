/** Step records: the aggregate of each step, and one record per tenant. */
import type pg from 'pg'
import type { StepKey, StepRecord, TargetProblem, TenantCounts } from '../../contract.ts'
import { inTransaction, onCatalog, type Queryable } from './pool.ts'

const NOTHING_RAN = 'Nothing had run here; a tombstone was left.'

/** Writes a step's state; repeating it is harmless. A tenant that succeeded is at the plan's revision from here on. */
export async function recordStep(pool: pg.Pool, step: StepRecord): Promise<void> {
  await inTransaction(pool, async (client) => {
    await client.query(
      `insert into schema_saga.operation_step as s (operation_id, key, scope, state, error, error_code, tries, started_at, ended_at)
       values ($1, $2, $3, $4, $5, $6, case when $4 = 'running' then 1 else 0 end,
               case when $4 <> 'pending' then now() end,
               case when $4 not in ('pending', 'running') then now() end)
       on conflict (operation_id, key, scope) do update
          set state = excluded.state, error = excluded.error, error_code = excluded.error_code,
              tries = case when $4 = 'running' and s.state <> 'running' then s.tries + 1 else s.tries end,
              started_at = coalesce(s.started_at, excluded.started_at), ended_at = excluded.ended_at`,
      [step.operationId, step.key, step.scope, step.state, step.error ?? null, step.errorCode ?? null],
    )
    if (step.key === 'tenant_ddl' && step.scope !== '' && step.state === 'succeeded') {
      await moveTenant(client, step.operationId, step.scope, 'forward')
    }
    await touch(client, step.operationId)
  })
}

/** A target's undo is done: a failed step stays failed unless DDL had run, and keeps its error either way. */
export async function recordUndone(
  pool: pg.Pool,
  step: { operationId: string; key: StepKey; scope: string; touched: boolean },
): Promise<void> {
  await inTransaction(pool, async (client) => {
    await client.query(
      `update schema_saga.operation_step
          set undone = true, state = case when $4 or state <> 'failed' then 'compensated' else state end,
              error = coalesce(error, case when not $4 then $5 end), ended_at = now()
        where operation_id = $1 and key = $2 and scope = $3`,
      [step.operationId, step.key, step.scope, step.touched, NOTHING_RAN],
    )
    if (step.key === 'tenant_ddl' && step.scope !== '') {
      await moveTenant(client, step.operationId, step.scope, 'back')
    }
    await touch(client, step.operationId)
  })
}

/** Marks a target as running and hands out its epoch: one more than before when it was compensated or tombstoned. */
export async function startTarget(
  pool: pg.Pool,
  { operationId, key, scope }: { operationId: string; key: StepKey; scope: string },
): Promise<{ epoch: number }> {
  return await inTransaction(pool, async (client) => {
    const { rows } = await client.query<{ epoch: number }>(
      `insert into schema_saga.operation_step as s (operation_id, key, scope, state, tries, started_at)
       values ($1, $2, $3, 'running', 1, now())
       on conflict (operation_id, key, scope) do update
          set epoch = case when s.undone then s.epoch + 1 else s.epoch end, undone = false,
              tries = case when s.state = 'running' then s.tries else s.tries + 1 end,
              state = 'running', error = null, error_code = null,
              started_at = coalesce(s.started_at, now()), ended_at = null
       returning epoch`,
      [operationId, key, scope],
    )
    await touch(client, operationId)
    return { epoch: rows[0]?.epoch ?? 0 }
  })
}

/** Marks the records of all targets that preflight refused. */
export async function recordPreflightProblems(
  pool: pg.Pool,
  operationId: string,
  problems: readonly TargetProblem[],
): Promise<void> {
  await onCatalog(() =>
    pool.query(
      `update schema_saga.operation_step s
          set state = 'failed', error = p.error, error_code = p.code, started_at = now(), ended_at = now()
         from unnest($2::text[], $3::text[], $4::text[]) as p (scope, code, error)
        where s.operation_id = $1 and s.scope = p.scope
          and s.key = case when p.scope = '' then 'base_project_ddl' else 'tenant_ddl' end`,
      [
        operationId,
        problems.map((each) => each.scope),
        problems.map((each) => each.errorCode),
        problems.map((each) => each.error),
      ],
    ),
  )
}

/** How many tenants are in which state of the operation. */
export async function countTenantStates(db: Queryable, operationId: string): Promise<TenantCounts> {
  return await onCatalog(async () => {
    const { rows } = await db.query<{ state: keyof TenantCounts; count: number }>(
      `select state, count(*)::int as count from schema_saga.operation_step
        where operation_id = $1 and key = 'tenant_ddl' and scope <> '' group by state`,
      [operationId],
    )
    const count = (state: string): number => rows.find((row) => row.state === state)?.count ?? 0
    return {
      total: rows.reduce((sum, row) => sum + row.count, 0),
      succeeded: count('succeeded'),
      skipped: count('skipped'),
      failed: count('failed'),
      parked: count('parked'),
      compensated: count('compensated'),
      running: count('running'),
      pending: count('pending'),
    }
  })
}

/** A tenant that another operation has moved meanwhile is left alone. */
async function moveTenant(
  client: pg.PoolClient,
  operationId: string,
  tenant: string,
  direction: 'forward' | 'back',
): Promise<void> {
  const base = { revision: 'baseRevision', hash: 'schemaHash' }
  const next = { revision: 'nextRevision', hash: 'nextSchemaHash' }
  const [from, to] = direction === 'forward' ? [base, next] : [next, base]
  await client.query(
    `update schema_saga.tenant t
        set revision = (p.plan ->> $3)::int, schema_hash = p.plan ->> $4, operation_id = o.id
       from schema_saga.operation o
       join schema_saga.operation_plan p on p.operation_id = o.id and p.hash = o.plan_hash
      where o.id = $1 and t.project_id = o.project_id and t.id = $2
        and t.revision = (p.plan ->> $5)::int`,
    [operationId, tenant, to.revision, to.hash, from.revision],
  )
}

async function touch(db: Queryable, operationId: string): Promise<void> {
  await db.query('update schema_saga.operation set reported_at = now() where id = $1', [operationId])
}
