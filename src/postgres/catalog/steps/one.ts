/** Step records: the aggregate of each step, and one record per tenant. */
import type pg from 'pg'
import type { StepKey, StepRecord, TargetProblem, TenantCounts } from '../../../contract.ts'
import { requireApplying } from '../operations/fence.ts'
import { inTransaction, onCatalog, type Queryable } from '../pool.ts'
import { moveTenant } from '../tenants/advance.ts'

const NOTHING_RAN = 'Nothing had run here; a tombstone was left.'

/**
 * Writes a step's state; repeating it is harmless. A tenant that succeeded is at the plan's revision from here on, one
 * that was compensated is back. A try that reports success after its target was undone comes too late and is left out.
 */
export async function recordStep(pool: pg.Pool, step: StepRecord): Promise<void> {
  await inTransaction(pool, async (client) => {
    const written = await client.query(
      `insert into schema_saga.operation_step as s
              (operation_id, key, scope, state, error, error_code, tries, undone, started_at, ended_at)
       values ($1, $2, $3, $4, $5, $6, case when $4 = 'running' then 1 else 0 end,
               $4 = 'compensated' and ($2 = 'base_project_ddl' or $3 <> ''),
               case when $4 <> 'pending' then now() end,
               case when $4 not in ('pending', 'running') then now() end)
       on conflict (operation_id, key, scope) do update
          set state = excluded.state, error = excluded.error, error_code = excluded.error_code,
              waits = case when s.state = 'running' and excluded.state = 'running' then s.waits end,
              tries = case when $4 = 'running' and s.state <> 'running' then s.tries + 1 else s.tries end,
              undone = s.undone or excluded.undone, started_at = coalesce(s.started_at, excluded.started_at),
              ended_at = case when s.state = excluded.state then coalesce(s.ended_at, excluded.ended_at)
                              else excluded.ended_at end
        where not (s.undone and excluded.state in ('running', 'succeeded', 'failed')) and ($7::int is null or s.epoch = $7)
          -- As for many at once: who was left out meanwhile has not come along.
          and not (s.scope <> '' and s.state in ('skipped', 'parked', 'compensated')
                   and (excluded.state = 'succeeded' or excluded.state = 'failed' and $7::int is not null))
          -- A worker that died may have its last records written again, in their order: what is durable stays so.
          and not (s.state = 'succeeded' and excluded.state = 'running' and exists (
            select from schema_saga.operation o where o.id = $1 and o.persisted_at is not null))`,
      [
        step.operationId,
        step.key,
        step.scope,
        step.state,
        step.error ?? null,
        step.errorCode ?? null,
        step.epoch ?? null,
      ],
    )
    if (written.rowCount === 1 && step.key === 'tenant_ddl' && step.scope !== '') {
      if (step.state === 'succeeded') await moveTenant(client, step.operationId, step.scope, 'forward')
      if (step.state === 'compensated') await moveTenant(client, step.operationId, step.scope, 'back')
    }
    await touch(client, step.operationId)
  })
}

/**
 * A target's undo is done: a failed step stays failed unless DDL had run, and keeps its error either way. A report of
 * another epoch is left out.
 */
export async function recordUndone(
  pool: pg.Pool,
  step: { operationId: string; key: StepKey; scope: string; touched: boolean; epoch?: number },
): Promise<void> {
  await inTransaction(pool, async (client) => {
    const written = await client.query(
      `update schema_saga.operation_step
          set undone = true, waits = null, state = case when $4 or state <> 'failed' then 'compensated' else state end,
              error = coalesce(error, case when not $4 then $5 end), ended_at = now()
        where operation_id = $1 and key = $2 and scope = $3 and ($6::int is null or epoch = $6)`,
      [step.operationId, step.key, step.scope, step.touched, NOTHING_RAN, step.epoch ?? null],
    )
    if (written.rowCount === 1 && step.key === 'tenant_ddl' && step.scope !== '') {
      await moveTenant(client, step.operationId, step.scope, 'back')
    }
    await touch(client, step.operationId)
  })
}

/**
 * Marks a target as running and hands out its epoch: one more than before when it was compensated or tombstoned. One
 * that was skipped, or whose tenant is not active any more, is left out. Errors: `NOT_APPLICABLE` unless the operation is applying: once its undo has begun, nothing starts forward.
 */
export async function startTarget(
  pool: pg.Pool,
  { operationId, key, scope }: { operationId: string; key: StepKey; scope: string },
): Promise<{ epoch: number; skipped?: boolean }> {
  return await inTransaction(pool, async (client) => {
    await requireApplying(client, operationId)
    if (key === 'tenant_ddl' && (await isLeftOut(client, operationId, scope))) return { epoch: 0, skipped: true }
    const { rows } = await client.query<{ epoch: number }>(
      `insert into schema_saga.operation_step as s (operation_id, key, scope, state, tries, started_at, begun)
       values ($1, $2, $3, 'running', 1, now(), null)
       on conflict (operation_id, key, scope) do update
          set epoch = case when s.undone then s.epoch + 1 else s.epoch end, undone = false, waits = null,
              begun = case when s.undone or s.tries = 0 then null else s.begun end,
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

/** The tenant's row is held, so that it is parked or removed either before it is begun or after. */
async function isLeftOut(client: pg.PoolClient, operationId: string, scope: string): Promise<boolean> {
  const { rows } = await client.query<{ active: boolean }>(
    `select t.state = 'active' as active
       from schema_saga.operation o join schema_saga.tenant t on t.project_id = o.project_id
      where o.id = $1 and t.id = $2 for key share of t`,
    [operationId, scope],
  )
  const left = await client.query(
    `update schema_saga.operation_step set state = 'skipped', ended_at = coalesce(ended_at, now()),
            error = coalesce(error, 'The tenant is not active any more.')
      where operation_id = $1 and key = 'tenant_ddl' and scope = $2 and (state = 'skipped' or (state = 'pending' and $3))`,
    [operationId, scope, rows[0]?.active !== true],
  )
  return left.rowCount === 1 || rows[0]?.active !== true
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
        where s.operation_id = $1 and s.scope = p.scope and s.state <> 'skipped'
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

/** Not at each step: thousands of tenants that report at once would queue for this one row. */
async function touch(db: Queryable, operationId: string): Promise<void> {
  await db.query(
    `update schema_saga.operation set reported_at = now()
      where id = $1 and reported_at < now() - interval '5 seconds'`,
    [operationId],
  )
}
