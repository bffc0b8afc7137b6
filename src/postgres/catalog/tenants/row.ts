/** A tenant's row under its lock, and the two ways in which its state ends: active, or as it was. */
import type { ParkCause, Target, TenantState } from '../../../contract.ts'
import { RequestRefused } from '../../../errors.ts'
import type { Queryable } from '../pool.ts'

/** What the row says, for those who change it. */
export interface LockedTenant extends Target {
  readonly state: TenantState
  readonly cause: ParkCause | null
  readonly revision: number | null
  readonly parkedBy: string | null
  readonly changed: 'no' | 'yes' | 'unknown' | null
  /** When the state was last set, exactly: whoever has seen it can tell whether the state was set again. */
  readonly since: string
}

/** The tenant, locked until the end of the transaction. Errors: `TENANT_NOT_FOUND`. */
export async function lockTenant(db: Queryable, project: string, id: string): Promise<LockedTenant> {
  const row = (await lockTenants(db, project, [id])).get(id)
  if (row !== undefined) return row
  throw new RequestRefused('TENANT_NOT_FOUND', `Project "${project}" has no tenant "${id}".`)
}

/** Those of these tenants that there are, locked in the order of their ids. */
export async function lockTenants(
  db: Queryable,
  project: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, LockedTenant>> {
  const { rows } = await db.query<LockedTenant>(
    `select id as scope, server_id as server, namespace, incarnation, state, cause, revision, parked_by as "parkedBy",
            changed, since::text
       from schema_saga.tenant where project_id = $1 and id = any ($2) order by id for update`,
    [project, ids],
  )
  return new Map(rows.map((row) => [row.scope, row]))
}

/** A state that somebody set meanwhile stays: a late try must not bring back what a person has parked. */
export function setMeanwhile({ scope, state }: Pick<LockedTenant, 'scope' | 'state'>): RequestRefused {
  return new RequestRefused('NOT_APPLICABLE', `Tenant "${scope}" was set ${state} meanwhile: it stays so.`)
}

/** Makes a tenant active at the project's revision, and forgets why it was not. The project's row must be locked. */
export async function setActive(
  db: Queryable,
  { target, ...at }: { project: string; target: Target; revision: number; schemaHash: string },
): Promise<void> {
  await setAllActive(db, { ...at, targets: [target] })
}

/** The same of several. */
export async function setAllActive(
  db: Queryable,
  at: { project: string; targets: readonly Target[]; revision: number; schemaHash: string },
): Promise<void> {
  const { project, targets, revision, schemaHash } = at
  await db.query(
    `update schema_saga.tenant
        set state = 'active', cause = null, reason = null, reason_code = null, parked_by = null, changed = null,
            revision = $4, schema_hash = $5, catch_up_tries = 0, catch_up_after = null,
            catch_up_started_at = null, since = now()
      where project_id = $1 and (id, incarnation) in (select * from unnest($2::text[], $3::text[]))`,
    [project, targets.map(({ scope }) => scope), targets.map(({ incarnation }) => incarnation), revision, schemaHash],
  )
}
