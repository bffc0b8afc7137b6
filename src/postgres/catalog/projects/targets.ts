/** The targets of a project as the catalog knows them: where each should stand, and whether somebody works on it. */
import type { Target } from '../../../contract.ts'
import { RequestRefused } from '../../../errors.ts'
import type { LogicalSchema } from '../../../logical/schema.ts'
import { onCatalog, type Queryable } from '../pool.ts'
import { FINAL } from '../statuses.ts'

/** A target with the revision that it should be at. */
export interface FleetTarget extends Target {
  readonly revision: number
  readonly schemaHash: string
  /** Whether an operation that is not final works on it, or is about to. */
  readonly inFlight: boolean
}

// What is listed in the operation that holds the turn may change at any moment, unless it was left behind on purpose.
const TARGETS = `
  with flying as (
    select s.key, s.scope from schema_saga.operation o join schema_saga.operation_step s on s.operation_id = o.id
     where o.project_id = $1 and o.status not in ${FINAL}
       and (s.state = 'running' or (o.turn = 'holding' and s.state not in ('parked', 'skipped')))
  )
  select '' as scope, p.base_server as server, p.base_namespace as namespace, p.base_incarnation as incarnation, p.revision,
         p.schema_hash as "schemaHash", exists (select from flying f where f.key = 'base_project_ddl') as "inFlight"
    from schema_saga.project p where p.id = $1 and p.base_server is not null and p.base_ready
  union all
  select t.id, t.server_id, t.namespace, t.incarnation, t.revision, t.schema_hash,
         exists (select from flying f where f.key = 'tenant_ddl' and f.scope = t.id)
    from schema_saga.tenant t
   where t.project_id = $1 and t.state in ('active', 'parked', 'suspended') and t.revision is not null`

/** The base and all tenants that are not being made or removed, the base first, or those of the given scopes. */
export async function listFleet(
  db: Queryable,
  project: string,
  scopes?: readonly string[],
): Promise<readonly FleetTarget[]> {
  return await onCatalog(async () => {
    const { rows } = await db.query<FleetTarget>(
      `select * from (${TARGETS}) target where $2::text[] is null or scope = any ($2) order by scope`,
      [project, scopes ?? null],
    )
    return rows
  })
}

/** Errors: `TENANT_NOT_FOUND`. */
export async function requireTenant(db: Queryable, project: string, tenant: string): Promise<void> {
  await onCatalog(async () => {
    const { rowCount } = await db.query('select from schema_saga.tenant where project_id = $1 and id = $2', [
      project,
      tenant,
    ])
    if (rowCount === 0) throw new RequestRefused('TENANT_NOT_FOUND', `Tenant "${tenant}" does not exist in ${project}.`)
  })
}

/** The logical schemas of the given revisions, by their hashes. */
export async function readRevisions(
  db: Queryable,
  project: string,
  revisions: readonly number[],
): Promise<ReadonlyMap<string, LogicalSchema>> {
  return await onCatalog(async () => {
    const { rows } = await db.query<{ hash: string; schema: LogicalSchema }>(
      `select schema_hash as hash, schema from schema_saga.schema_revision where project_id = $1 and revision = any ($2)`,
      [project, revisions],
    )
    return new Map(rows.map(({ hash, schema }) => [hash, schema]))
  })
}
