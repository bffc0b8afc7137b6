/** Tenants that a person puts aside or takes out of a project, also while an operation is at work. */
import type pg from 'pg'
import { RequestRefused } from '../../../errors.ts'
import { writeAudit } from '../audit.ts'
import { checkTexts } from '../checkIds.ts'
import { inTransaction } from '../pool.ts'
import { requireProject } from '../projects/projects.ts'
import { release } from '../projects/released.ts'
import { holdOperations, type OpenRecord, openRecordOf } from '../steps/unfinished.ts'
import { type LockedTenant, lockTenant } from './row.ts'

/** Who wants what, and why. */
export interface TenantRequest {
  readonly project: string
  readonly tenant: string
  readonly actor: string
  readonly reason: string | null
}

/**
 * Parks or suspends a tenant. The operation at work skips it with that reason, unless it has come to it already.
 * Errors: `TENANT_NOT_FOUND`, `NOT_APPLICABLE` in another state, `IN_PROGRESS` while an operation works on it, or is half-way
 * there: it would end without it, and leave behind what it has done.
 */
export async function setTenantAside(
  pool: pg.Pool,
  { state, ...request }: TenantRequest & { readonly state: 'parked' | 'suspended' },
): Promise<void> {
  await onTenant(pool, request, async (client, tenant) => {
    const open = await openRecordOf(client, request.project, request.tenant)
    requireAside(tenant, state)
    if (open?.state === 'running') throw busy(request.tenant, open, 'is at work on it')
    if (open?.halfway) throw halfway(request.tenant, open)
    await skip(client, open, request, state)
    await client.query(
      `update schema_saga.tenant
          set state = $3, cause = case when $3 = 'parked' then 'operator' end, reason = $4, reason_code = null,
              catch_up_tries = 0, catch_up_after = null, since = now()
        where project_id = $1 and id = $2`,
      [request.project, request.tenant, state, request.reason],
    )
    await audit(client, request, state === 'parked' ? 'tenant_park' : 'tenant_suspend')
  })
}

/**
 * Takes a tenant out of its project. Nothing is dropped: its namespace stays as it is, and so do the ledger and the
 * audit. Of an operation that is going back it closes the tenant's part: whoever removes a tenant says that nothing there is
 * to be undone any more. Errors: `TENANT_NOT_FOUND`, `IN_PROGRESS` while an operation goes forward on it, or may yet have
 * to undo what it did there.
 */
export async function removeTenant(pool: pg.Pool, request: TenantRequest): Promise<void> {
  const { project, tenant: id } = request
  await onTenant(pool, request, async (client, tenant) => {
    const open = await openRecordOf(client, project, id)
    if (open?.undoable && open.undoing) await closeUndo(client, open, request)
    else if (open?.state === 'running') throw busy(id, open, 'is at work on it')
    else if (open?.undoable || open?.halfway) throw busy(id, open, 'may yet have to undo what it did there')
    await skip(client, open, request, 'removed')
    await client.query('delete from schema_saga.tenant where project_id = $1 and id = $2', [project, id])
    await client.query('delete from schema_saga.place where server_id = $1 and namespace = $2', [
      tenant.server,
      tenant.namespace,
    ])
    const { server, namespace, revision } = tenant
    await release(client, { project, target: tenant, why: 'removed' })
    const closed = open?.undoable ? { undo_closed: open.operationId } : {}
    await audit(client, request, 'tenant_remove', { server, namespace, revision, ...closed })
  })
}

/** With operations, project and tenant held, so that nothing is begun on the tenant in between. */
async function onTenant(
  pool: pg.Pool,
  { project, tenant, ...by }: TenantRequest,
  work: (client: pg.PoolClient, tenant: LockedTenant) => Promise<void>,
): Promise<void> {
  checkTexts(by)
  await inTransaction(pool, async (client) => {
    await holdOperations(client, project)
    await requireProject(client, project, 'for update')
    await work(client, await lockTenant(client, project, tenant))
  })
}

/** Also a tenant that is aside already: what failed becomes a person's wish, and is left alone from then on. */
function requireAside({ scope, state }: LockedTenant, wanted: 'parked' | 'suspended'): void {
  const from = wanted === 'parked' ? ['active', 'parked'] : ['active', 'parked', 'suspended']
  if (from.includes(state)) return
  throw new RequestRefused('NOT_APPLICABLE', `Tenant "${scope}" is ${state}: it cannot be ${wanted} now.`)
}

async function skip(
  client: pg.PoolClient,
  open: OpenRecord | null,
  { tenant, reason, actor }: TenantRequest,
  what: string,
): Promise<void> {
  if (open?.state !== 'pending') return
  const text = `The tenant was ${what} by ${actor}${reason === null ? '.' : `: ${reason}`}`
  await client.query(
    `update schema_saga.operation_step set state = 'skipped', error = $3, error_code = 'SKIPPED', ended_at = now()
      where operation_id = $1 and key = 'tenant_ddl' and scope = $2 and state = 'pending'`,
    [open.operationId, tenant, text],
  )
}

/** The record keeps its failure, and who said that there is nothing to undo. */
async function closeUndo(
  client: pg.PoolClient,
  { operationId }: OpenRecord,
  { tenant, reason, actor }: TenantRequest,
): Promise<void> {
  const text = `The tenant was removed by ${actor}${reason === null ? '' : ` (${reason})`}: its undo is closed, whatever is left there.`
  await client.query(
    `update schema_saga.operation_step
        set undone = true, state = 'failed', error = concat_ws(' ', error, $3::text), ended_at = now(),
            error_code = coalesce(error_code, 'TARGET_GONE')
      where operation_id = $1 and key = 'tenant_ddl' and scope = $2`,
    [operationId, tenant, text],
  )
}

function busy(tenant: string, { operationId, status }: OpenRecord, why: string): RequestRefused {
  const text = `Operation ${operationId}, which is ${status}, ${why}: try again with tenant "${tenant}" once that is final.`
  return new RequestRefused('IN_PROGRESS', text)
}

function halfway(tenant: string, open: OpenRecord): RequestRefused {
  if (open.status !== 'needs_repair') return busy(tenant, open, 'has begun its work on it')
  const text = `Operation ${open.operationId} is held half-way at tenant "${tenant}": \`schema-saga operation repair ${open.operationId} --action park\` undoes its part there and parks it.`
  return new RequestRefused('IN_PROGRESS', text)
}

async function audit(
  client: pg.PoolClient,
  { project, tenant, actor, reason }: TenantRequest,
  action: string,
  details: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  await writeAudit(client, { projectId: project, actor, action, details: { tenant, reason, ...details } })
}
