/**
 * Step records of many tenants at once; they mean the same as those of one. A list of tenants is looked up by the index,
 * whatever the planner knows; joined to a list of epochs it might be gone through for each of them.
 */
import type pg from 'pg'
import { groupedBy } from '../../../groupedBy.ts'
import { requireApplying } from '../operations/fence.ts'
import { inTransaction } from '../pool.ts'
import { moveTenants } from '../tenants/advance.ts'

/** A tenant with the epoch that was handed out for it. */
export interface TenantEpoch {
  readonly scope: string
  readonly epoch: number
}

const NOT_ACTIVE = 'The tenant is not active any more.'
const NOTHING_RAN = 'Nothing had run here; a tombstone was left.'

/**
 * `token` says which sweep was the first to start a tenant, see `begun.ts`. Marks tenants as running and hands out their epochs: one more than before where a tenant was compensated or
 * tombstoned. Those that were skipped or are not active any more are left out. The tenants' rows are held, as for one:
 * each is parked or removed either before it is begun or after.
 * Errors: `NOT_APPLICABLE` unless the operation is applying: once its undo has begun, nothing starts forward.
 */
export async function startTargets(
  pool: pg.Pool,
  { operationId, scopes, token = 'a sweep' }: { operationId: string; scopes: readonly string[]; token?: string },
): Promise<readonly TenantEpoch[]> {
  return await inTransaction(pool, async (client) => {
    await requireApplying(client, operationId)
    const { rows } = await client.query<TenantEpoch>(
      `with held as materialized (
         select t.id from schema_saga.operation o join schema_saga.tenant t on t.project_id = o.project_id
          where o.id = $1 and t.id = any ($2::text[]) and t.state = 'active'
          order by t.id for key share of t)
       insert into schema_saga.operation_step as s (operation_id, key, scope, state, tries, started_at, begun)
       select $1, 'tenant_ddl', id, 'running', 1, now(), $3 from held
       on conflict (operation_id, key, scope) do update
          set epoch = case when s.undone then s.epoch + 1 else s.epoch end, undone = false,
              tries = case when s.state = 'running' then s.tries else s.tries + 1 end,
              state = 'running', error = null, error_code = null, waits = null,
              begun = case when s.undone or s.tries = 0 then $3 else coalesce(s.begun, $3) end,
              started_at = coalesce(s.started_at, now()), ended_at = null
        where s.state not in ('skipped', 'parked')
       returning scope, epoch`,
      [operationId, scopes, token],
    )
    if (rows.length < scopes.length) await skipInactive(client, operationId, scopes)
    return rows
  })
}

async function skipInactive(client: pg.PoolClient, operationId: string, scopes: readonly string[]): Promise<void> {
  await client.query(
    `update schema_saga.operation_step s set state = 'skipped', ended_at = now(), error = coalesce(error, $3)
      where operation_id = $1 and key = 'tenant_ddl' and scope = any ($2::text[]) and state = 'pending'
        and not exists (select from schema_saga.operation o join schema_saga.tenant t on t.project_id = o.project_id
                         where o.id = $1 and t.id = s.scope and t.state = 'active')`,
    [operationId, scopes, NOT_ACTIVE],
  )
}

/** These tenants are at the plan's revision. A report that comes after its epoch, or after an undo, is left out. */
export async function recordSucceeded(
  pool: pg.Pool,
  operationId: string,
  tenants: readonly TenantEpoch[],
): Promise<void> {
  await inTransaction(pool, async (client) => {
    const moved: string[] = []
    for (const [epoch, alike] of groupedBy(tenants, (tenant) => tenant.epoch)) {
      const { rows } = await client.query<{ scope: string }>(
        `update schema_saga.operation_step s
            set state = 'succeeded', error = null, error_code = null,
                ended_at = case when s.state = 'succeeded' then coalesce(s.ended_at, now()) else now() end
          where s.operation_id = $1 and s.key = 'tenant_ddl' and s.scope = any ($2::text[]) and s.epoch = $3
            and not s.undone and s.state not in ('skipped', 'parked', 'compensated')
         returning s.scope`,
        [operationId, alike.map(({ scope }) => scope), epoch],
      )
      moved.push(...rows.map(({ scope }) => scope))
    }
    await moveTenants(client, { operationId, tenants: moved, direction: 'forward' })
    await touch(client, operationId)
  })
}

/** The undo of these tenants is done: a failed step stays failed unless DDL had run, and keeps its error either way. */
export async function recordUndoneAll(
  pool: pg.Pool,
  operationId: string,
  tenants: readonly (TenantEpoch & { readonly touched: boolean })[],
): Promise<void> {
  await inTransaction(pool, async (client) => {
    const moved: string[] = []
    for (const [, alike] of groupedBy(tenants, ({ epoch, touched }) => `${epoch} ${touched}`)) {
      const [{ epoch, touched }] = alike
      const { rows } = await client.query<{ scope: string }>(
        `update schema_saga.operation_step s
            set undone = true, state = case when $4 or s.state <> 'failed' then 'compensated' else s.state end,
                error = coalesce(s.error, $5), ended_at = now()
          where s.operation_id = $1 and s.key = 'tenant_ddl' and s.scope = any ($2::text[]) and s.epoch = $3
         returning s.scope`,
        [operationId, alike.map(({ scope }) => scope), epoch, touched, touched ? null : NOTHING_RAN],
      )
      moved.push(...rows.map(({ scope }) => scope))
    }
    await moveTenants(client, { operationId, tenants: moved, direction: 'compensate' })
    await touch(client, operationId)
  })
}

/** Not at each write: the sweeps of one operation would queue for this one row. */
async function touch(client: pg.PoolClient, operationId: string): Promise<void> {
  await client.query(
    `update schema_saga.operation set reported_at = now()
      where id = $1 and reported_at < now() - interval '5 seconds'`,
    [operationId],
  )
}
