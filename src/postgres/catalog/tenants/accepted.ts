/** Tenants that a person has accepted as they are, and those of them whose own markers do not say so yet. */
import type { Target } from '../../../contract.ts'
import { onCatalog, type Queryable } from '../pool.ts'
import { NEXT_TRY } from './due.ts'

/** Acceptances taken up in one run. */
const MOST = 50

/** Acceptances read at once. */
const PAGE = 200

/** A tenant that was accepted, with the epoch of the operation's work there. */
export type AcceptedTarget = Target & { readonly epoch: number }

/** A tenant that a person accepted while its markers could not be reached. */
export interface UnmarkedTenant extends Target {
  readonly operationId: string
  readonly planHash: string
  readonly epoch: number
}

/** Accepted tenants whose own markers do not say so yet. */
export async function listUnmarked(db: Queryable, project: string): Promise<readonly UnmarkedTenant[]> {
  return await onCatalog(async () => {
    const { rows } = await db.query<UnmarkedTenant>(
      `select t.id as scope, t.server_id as server, t.namespace, t.incarnation, o.id as "operationId",
              o.plan_hash as "planHash", coalesce(s.epoch, 0) as epoch
         from schema_saga.tenant t
         join schema_saga.operation o on o.id = t.parked_by and o.plan_hash is not null
         left join schema_saga.operation_step s on s.operation_id = o.id and s.key = 'tenant_ddl' and s.scope = t.id
        where t.project_id = $1 and t.state = 'parked' and t.cause = 'accepted' and t.changed = 'unknown'
          and (t.catch_up_after is null or t.catch_up_after <= now())
        order by t.since, t.id limit ${MOST}`,
      [project],
    )
    return rows
  })
}

/** Those of one operation behind `after`, a page of them in id order. */
export async function listUnmarkedOf(db: Queryable, operationId: string, after: string): Promise<AcceptedTarget[]> {
  return await onCatalog(async () => {
    const { rows } = await db.query<AcceptedTarget>(
      `select t.id as scope, t.server_id as server, t.namespace, t.incarnation, coalesce(s.epoch, 0) as epoch
         from schema_saga.operation o
         join schema_saga.tenant t on t.project_id = o.project_id and t.parked_by = o.id
         left join schema_saga.operation_step s on s.operation_id = o.id and s.key = 'tenant_ddl' and s.scope = t.id
        where o.id = $1 and t.state = 'parked' and t.cause = 'accepted' and t.changed = 'unknown' and t.id > $2
        order by t.id limit ${PAGE}`,
      [operationId, after],
    )
    return rows
  })
}

/** The markers could not be reached: the next try is due after a pause, which grows. */
export async function postponeUnmarked(db: Queryable, project: string, tenant: string): Promise<void> {
  await onCatalog(() =>
    db.query(
      `update schema_saga.tenant set catch_up_after = ${NEXT_TRY}, catch_up_tries = catch_up_tries + 1
        where project_id = $1 and id = $2 and cause = 'accepted'`,
      [project, tenant],
    ),
  )
}

/** Tenants whose differences a person has accepted. */
export async function listAcceptedTenants(db: Queryable, project: string): Promise<ReadonlySet<string>> {
  return await onCatalog(async () => {
    const { rows } = await db.query<{ id: string }>(
      `select id from schema_saga.tenant where project_id = $1 and state = 'parked' and cause = 'accepted'`,
      [project],
    )
    return new Set(rows.map(({ id }) => id))
  })
}
