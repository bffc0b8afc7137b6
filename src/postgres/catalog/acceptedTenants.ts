/** Tenants that a person accepted as they are, while their targets were out of reach. */
import type { Target } from '../../contract.ts'
import { onCatalog, type Queryable } from './pool.ts'

/** An accepted tenant whose markers do not say so yet. */
export interface UnmarkedTenant extends Target {
  readonly operationId: string
  readonly planHash: string
  readonly epoch: number
}

/** All of them in a project. */
export async function listUnmarkedAccepted(db: Queryable, project: string): Promise<UnmarkedTenant[]> {
  return await onCatalog(async () => {
    const { rows } = await db.query<UnmarkedTenant>(
      `select t.id as scope, t.server_id as server, t.namespace, t.incarnation, o.id as "operationId",
              o.plan_hash as "planHash", s.epoch
         from schema_saga.tenant t
         join schema_saga.operation o on o.id = t.parked_by and o.plan_hash is not null
         join schema_saga.operation_step s on s.operation_id = o.id and s.key = 'tenant_ddl' and s.scope = t.id
        where t.project_id = $1 and t.cause = 'accepted' and t.changed = 'unknown' order by t.id`,
      [project],
    )
    return rows
  })
}
