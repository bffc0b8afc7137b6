/** Leaving a tenant behind on record, so that the rest of its operation can go on. */
import type pg from 'pg'
import type { ParkTenant, Target } from '../../../contract.ts'
import { RequestRefused } from '../../../errors.ts'
import { writeAudit } from '../audit.ts'
import { readPolicy } from '../operations/policy.ts'
import { type Operation, requireOperation } from '../operations/read.ts'
import { inTransaction } from '../pool.ts'
import { allowedOf } from '../projects/tenantLimit.ts'

/** Parks a tenant within the operation's limit; one that is over it is recorded as failed instead. */
export async function parkTenant(pool: pg.Pool, request: ParkTenant): Promise<{ parked: boolean }> {
  const { operationId, tenant, error, errorCode, changed, epoch, actor } = request
  return await inTransaction(pool, async (client) => {
    const operation = await requireOperation(client, operationId, 'for update')
    const parked = isGoingForward(operation) && (actor !== undefined || (await hasRoom(client, operationId, 1, tenant)))
    // A failure that is on record stays there.
    const { rows } = await client.query<{ error: string; error_code: string }>(
      `update schema_saga.operation_step
          set state = $4, error = coalesce(error, $5), error_code = coalesce(error_code, $6), ended_at = now()
        where operation_id = $1 and key = 'tenant_ddl' and scope = $2 and epoch = $3
          and not ($4 = 'failed' and undone)
        returning error, error_code`,
      [operationId, tenant, epoch, parked ? 'parked' : 'failed', error, errorCode],
    )
    const [step] = rows
    if (!parked || step === undefined) return { parked: false }
    const why = { error: step.error, errorCode: step.error_code }
    await leaveBehind(client, operation, { tenant, ...why, changed, actor })
    return { parked }
  })
}

/** Parks all that preflight refused: nothing was changed on them, so that there is nothing to fence. */
export async function parkPreflightProblems(pool: pg.Pool, operationId: string): Promise<{ parked: boolean }> {
  return await inTransaction(pool, async (client) => {
    const operation = await requireOperation(client, operationId, 'for update')
    const { rows } = await client.query<{ scope: string; error: string; error_code: string; key: string }>(
      `select key, scope, error, error_code from schema_saga.operation_step
        where operation_id = $1 and state = 'failed' and key in ('base_project_ddl', 'tenant_ddl')
          and (key = 'base_project_ddl' or scope <> '') and tries = 0
        order by scope`,
      [operationId],
    )
    const hasBase = rows.some(({ key }) => key === 'base_project_ddl')
    if (hasBase || !(await hasRoom(client, operationId, rows.length))) return { parked: false }
    for (const { scope, error, error_code: errorCode } of rows) {
      await client.query(
        `update schema_saga.operation_step set state = 'parked'
          where operation_id = $1 and key = 'tenant_ddl' and scope = $2`,
        [operationId, scope],
      )
      await leaveBehind(client, operation, { tenant: scope, error, errorCode, changed: 'no' })
    }
    return { parked: true }
  })
}

/**
 * Leaves a tenant out of an operation because a person says so. One that failed, or failed and is to be tried again, may
 * have been changed: it comes back to be fenced, and is left out by the second call. Errors: `TENANT_NOT_FOUND`, `NOT_APPLICABLE`.
 */
export async function skipTenant(
  pool: pg.Pool,
  request: { operationId: string; tenant: string; actor: string; reason: string; fenced?: 'no' | 'unknown' },
): Promise<{ fence: (Target & { epoch: number }) | null }> {
  const { operationId, tenant, actor, reason, fenced } = request
  return await inTransaction(pool, async (client) => {
    const operation = await requireOperation(client, operationId, 'for update')
    const known = await stepOf(client, operation, tenant)
    const { state, begun, ...target } = known
    if (state === 'skipped') return { fence: null }
    // What was done there before it was fenced is undone by then.
    if (!['pending', 'failed', ...(fenced === undefined ? [] : ['compensated'])].includes(state)) {
      throw notSkippable(tenant, state)
    }
    if (begun && fenced === undefined) return { fence: target }
    await client.query(
      `insert into schema_saga.operation_step as s (operation_id, key, scope, state, error, ended_at)
       values ($1, 'tenant_ddl', $2, 'skipped', $3, now())
       on conflict (operation_id, key, scope) do update set state = 'skipped', error = $3, ended_at = now()`,
      [operationId, tenant, reason],
    )
    await leaveBehind(client, operation, {
      tenant,
      error: reason,
      errorCode: 'SKIPPED',
      changed: fenced ?? 'no',
      actor,
      action: 'skip_tenant',
    })
    return { fence: null }
  })
}

interface Left {
  readonly tenant: string
  readonly error: string
  readonly errorCode: string
  readonly changed: 'no' | 'unknown'
  readonly actor?: string | undefined
  readonly action?: string
}

async function leaveBehind(client: pg.PoolClient, { id, projectId }: Operation, left: Left): Promise<void> {
  const { tenant, error, errorCode, changed, actor, action = 'park_tenant' } = left
  await client.query(
    `update schema_saga.tenant
        set state = 'parked', cause = $3, reason = $4, reason_code = $5, parked_by = $6, changed = $7, since = now()
      where project_id = $1 and id = $2 and state = 'active'`,
    [projectId, tenant, actor === undefined ? 'failure' : 'operator', error, errorCode, id, changed],
  )
  await writeAudit(client, {
    projectId,
    operationId: id,
    actor: actor ?? 'schema-saga',
    action,
    details: { tenant, error_code: errorCode, changed },
  })
}

/** The undo of the operation may have begun while this tenant was at work: then it is one of those to undo. */
function isGoingForward({ status, held }: Operation): boolean {
  return status === 'applying' || (status === 'needs_repair' && held)
}

async function hasRoom(client: pg.PoolClient, operationId: string, more: number, except = ''): Promise<boolean> {
  const { maxParked } = await readPolicy(client, operationId)
  const { rows } = await client.query<{ parked: number; total: number }>(
    `select (count(*) filter (where state = 'parked' and scope <> $2))::int as parked, count(*)::int as total
       from schema_saga.operation_step where operation_id = $1 and key = 'tenant_ddl' and scope <> ''`,
    [operationId, except],
  )
  const { parked = 0, total = 0 } = rows[0] ?? {}
  return parked + more <= allowedOf(maxParked, total)
}

async function stepOf(
  client: pg.PoolClient,
  operation: Operation,
  tenant: string,
): Promise<Target & { epoch: number; state: string; begun: boolean }> {
  const { rows } = await client.query<Target & { epoch: number; state: string; begun: boolean }>(
    `select t.id as scope, t.server_id as server, t.namespace, t.incarnation, coalesce(s.epoch, 0) as epoch,
            coalesce(s.state, 'pending') as state,
            coalesce(s.tries > 0 and (s.state = 'failed' or not s.undone), false) as begun
       from schema_saga.tenant t
       left join schema_saga.operation_step s
         on s.operation_id = $3 and s.key = 'tenant_ddl' and s.scope = t.id
      where t.project_id = $1 and t.id = $2`,
    [operation.projectId, tenant, operation.id],
  )
  const [row] = rows
  if (row !== undefined) return row
  const text = `Project "${operation.projectId}" has no tenant "${tenant}".`
  throw new RequestRefused('TENANT_NOT_FOUND', text, { path: 'tenant' })
}

function notSkippable(tenant: string, state: string): RequestRefused {
  const why =
    state === 'running' ? 'is being worked on right now' : `is ${state} in this operation: there is nothing to skip`
  return new RequestRefused('NOT_APPLICABLE', `Tenant "${tenant}" ${why}.`, { path: 'tenant' })
}
