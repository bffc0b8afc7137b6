/** What is on record of the work that the reconciler, or the embedder's list of tenants, does without being asked. */
import type { ProvisionInput } from '../../../contract.ts'
import { onCatalog, type Queryable } from '../pool.ts'
import { SILENCE } from '../statuses.ts'

/**
 * Whether this base or tenant was asked for before, in this place, and is not finished. The client notes a base before anybody is
 * asked for it, so that the reconciler's own time has to be over.
 */
export async function isProvisioningBegun(
  db: Queryable,
  { project, scope, server, namespace }: Omit<ProvisionInput, 'actor'>,
): Promise<boolean> {
  return await isThere(
    db,
    `select 1 from schema_saga.project
      where $2 = '' and id = $1 and base_server = $3 and base_namespace = $4 and not base_ready
        and created_at < now() - ${SILENCE}
     union all
     select 1 from schema_saga.tenant
      where project_id = $1 and id = $2 and server_id = $3 and namespace = $4 and state = 'provisioning'`,
    [project, scope, server, namespace],
  )
}

/** Whether the reconciler has counted a try of the operation's undo, and no person is to say how it goes on. */
export async function isUndoRetried(db: Queryable, project: string, operationId: string): Promise<boolean> {
  return await isThere(
    db,
    `select 1 from schema_saga.operation
      where project_id = $1 and id = $2 and status = 'needs_repair' and not held and auto_repair_tries > 0`,
    [project, operationId],
  )
}

/** Whether the tenant is suspended for this reason and no other. */
export async function isSuspendedFor(db: Queryable, project: string, tenant: string, reason: string): Promise<boolean> {
  return await isThere(
    db,
    `select 1 from schema_saga.tenant where project_id = $1 and id = $2 and state = 'suspended' and reason = $3`,
    [project, tenant, reason],
  )
}

async function isThere(db: Queryable, text: string, values: readonly string[]): Promise<boolean> {
  return await onCatalog(async () => (await db.query(text, [...values])).rows.length > 0)
}
