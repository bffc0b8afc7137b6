/** Tenants that are not where they should be, and what of that the reconciler may do something about. */
import type pg from 'pg'
import type { ProvisionInput } from '../../../contract.ts'
import { writeAudit } from '../audit.ts'
import { inTransaction, onCatalog, type Queryable } from '../pool.ts'
import { SILENCE } from '../statuses.ts'

/** Catch-ups of a project that are under way at once; the budget of sessions says how many of them work on targets. */
const MOST_CATCH_UPS = 1_000
/** After that long a catch-up counts as over, whether it is or not: one that still runs is joined. */
const FORGOTTEN = '15 minutes'
/** Provisionings taken up in one run. */
const MOST = 50

/** Pauses between tries: 1 minute, doubling to 1 hour. */
export const NEXT_TRY = `now() + least(interval '1 minute' * power(2, least(catch_up_tries, 20)), interval '1 hour')`

/** A tenant that failed, with why. */
export interface FailedTenant {
  readonly tenant: string
  readonly code: string | null
  readonly reason: string | null
}

/** How many there are in all, and the first 100 by age. */
export async function listFailedTenants(
  db: Queryable,
  project: string,
): Promise<{ readonly total: number; readonly first: readonly FailedTenant[] }> {
  return await onCatalog(async () => {
    const { rows } = await db.query<FailedTenant & { total: number }>(
      `select id as tenant, reason_code as code, reason, (count(*) over ())::int as total from schema_saga.tenant
        where project_id = $1 and state = 'parked' and cause = 'failure' order by since, id limit 100`,
      [project],
    )
    return { total: rows[0]?.total ?? 0, first: rows.map(({ total: _, ...tenant }) => tenant) }
  })
}

/** Active tenants below their project's revision; a law of the catalog forbids that there are any. */
export async function listActiveBehind(db: Queryable, project: string): Promise<readonly string[]> {
  return await onCatalog(async () => {
    const { rows } = await db.query<{ id: string }>(
      `select t.id from schema_saga.tenant t join schema_saga.project p on p.id = t.project_id
        where p.id = $1 and t.state = 'active' and coalesce(t.revision, -1) < p.revision order by t.id limit 100`,
      [project],
    )
    return rows.map(({ id }) => id)
  })
}

/** Takes those whose next try is due, those first that wait longest, as long as few enough are under way. */
export async function claimCatchUps(pool: pg.Pool, project: string): Promise<readonly string[]> {
  return await inTransaction(pool, async (client) => {
    // Two runs that claim at the same moment must count one after the other.
    await client.query('select from schema_saga.project where id = $1 for update', [project])
    const { rows } = await client.query<{ id: string }>(
      `update schema_saga.tenant set catch_up_started_at = now()
        where project_id = $1 and id in (
          select id from schema_saga.tenant
           where project_id = $1 and state = 'parked' and cause = 'failure'
             and (catch_up_after is null or catch_up_after <= now())
             and (catch_up_started_at is null or catch_up_started_at < now() - interval '${FORGOTTEN}')
           order by since, id
           limit greatest(0, ${MOST_CATCH_UPS} - (
             select count(*) from schema_saga.tenant
              where project_id = $1 and state <> 'active' and catch_up_started_at >= now() - interval '${FORGOTTEN}')))
        returning id`,
      [project],
    )
    return rows.map(({ id }) => id)
  })
}

/** Which of these catch-ups have ended: null when the tenant is active, otherwise why it is not. */
export async function readCatchUpEnds(
  db: Queryable,
  project: string,
  tenants: readonly string[],
): Promise<ReadonlyMap<string, { readonly code: string; readonly reason: string } | null>> {
  return await onCatalog(async () => {
    const { rows } = await db.query<{ id: string; active: boolean; code: string; reason: string }>(
      `select id, state = 'active' as active, coalesce(reason_code, 'UNEXPECTED') as code, coalesce(reason, '') as reason
         from schema_saga.tenant
        where project_id = $1 and id = any ($2)
          and (state in ('active', 'parked', 'suspended') and catch_up_started_at is null)`,
      [project, tenants],
    )
    return new Map(rows.map(({ id, active, code, reason }) => [id, active ? null : { code, reason }]))
  })
}

/** Bases and tenants that have been on their way for two minutes. */
export async function listProvisionings(db: Queryable, project: string): Promise<readonly ProvisionInput[]> {
  return await onCatalog(async () => {
    const { rows } = await db.query<ProvisionInput>(
      `select id as project, '' as scope, base_server as server, base_namespace as namespace, 'reconciler' as actor
         from schema_saga.project
        where id = $1 and base_server is not null and not base_ready and created_at < now() - ${SILENCE}
       union all
       (select project_id, id, server_id, namespace, 'reconciler' from schema_saga.tenant
         where project_id = $1 and state = 'provisioning' and since < now() - ${SILENCE}
           and (catch_up_after is null or catch_up_after <= now())
         order by since, id limit ${MOST})`,
      [project],
    )
    return rows
  })
}

/** The provisioning is started again; the next time only after a pause, which grows. */
export async function recordProvisionAgain(pool: pg.Pool, { project, scope, actor }: ProvisionInput): Promise<void> {
  await inTransaction(pool, async (client) => {
    await client.query(
      `update schema_saga.tenant
          set catch_up_after = ${NEXT_TRY}, catch_up_tries = catch_up_tries + 1, catch_up_started_at = now()
        where project_id = $1 and id = $2 and state = 'provisioning'`,
      [project, scope],
    )
    await writeAudit(client, { projectId: project, actor, action: 'provision_again', details: { scope } })
  })
}
