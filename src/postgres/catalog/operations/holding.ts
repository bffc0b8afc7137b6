/** What a person decides about an operation that waits for one: go forward again, or take targets as they are. */
import type pg from 'pg'
import type { PolicyActivities, Target } from '../../../contract.ts'
import { RequestRefused } from '../../../errors.ts'
import { writeAudit } from '../audit.ts'
import { owe } from '../debts/settle.ts'
import { inTransaction } from '../pool.ts'
import { requireOperation } from './read.ts'

/** Tenants named in one line of the audit. */
const MOST_NAMED = 100

/**
 * Sets a held operation to applying. `retry` makes its failed tenants (or those named) ready for another try and is an
 * attempt of its own. Errors: `NOT_APPLICABLE`.
 */
export async function goForwardAgain(
  pool: pg.Pool,
  { operationId, action, tenants }: Parameters<PolicyActivities['goForwardAgain']>[0],
): Promise<{ attempt: number }> {
  return await inTransaction(pool, async (client) => {
    const { status, held, attempt } = await requireOperation(client, operationId, 'for update')
    // A repetition whose first answer was lost.
    if (status === 'applying') return { attempt }
    if (status !== 'needs_repair' || !held) {
      throw new RequestRefused('NOT_APPLICABLE', `The operation is ${status} and not held.`)
    }
    if (action === 'retry') await reopen(client, operationId, tenants ?? null)
    const { rows } = await client.query<{ attempt: number }>(
      `update schema_saga.operation
          set status = 'applying', held = false, error = null, error_code = null, attempt = attempt + $2,
              reported_at = now()
        where id = $1 returning attempt`,
      [operationId, action === 'retry' ? 1 : 0],
    )
    return { attempt: rows[0]?.attempt ?? attempt }
  })
}

async function reopen(client: pg.PoolClient, operationId: string, tenants: readonly string[] | null): Promise<void> {
  const reopened = await client.query(
    `update schema_saga.operation_step
        set state = 'pending', error = null, error_code = null, ended_at = null
      where operation_id = $1 and key = 'tenant_ddl' and scope <> '' and state = 'failed'
        and ($2::text[] is null or scope = any ($2))`,
    [operationId, tenants],
  )
  if (reopened.rowCount === 0 && tenants !== null) {
    const named = tenants.slice(0, MOST_NAMED)
    const text = `None of the tenants ${named.join(', ')} has failed in this operation.`
    throw new RequestRefused('NOT_APPLICABLE', text, { path: 'tenants' })
  }
}

/** Nothing is accepted while the base is one of the targets that are not as before: every later plan builds on it. */
export async function acceptTargets(
  pool: pg.Pool,
  { operationId, actor, note, lists = true }: Parameters<PolicyActivities['acceptTargets']>[0],
): Promise<{ accepted: boolean; targets: (Target & { epoch: number })[] }> {
  return await inTransaction(pool, async (client) => {
    const { projectId, status } = await requireOperation(client, operationId, 'for update')
    if (status !== 'needs_repair') return { accepted: false, targets: [] }
    const { rows } = await client.query<{ key: string; scope: string }>(`${LEFT} where left_behind`, [operationId])
    if (rows.some(({ key }) => key === 'base_project_ddl')) return { accepted: false, targets: [] }
    const scopes = rows.map(({ scope }) => scope)
    await client.query(
      `update schema_saga.operation_step set accepted = true
        where operation_id = $1 and key = 'tenant_ddl' and scope = any ($2)`,
      [operationId, scopes],
    )
    const targets = await client.query<Target & { epoch: number }>(
      `update schema_saga.tenant t
          set state = 'parked', cause = 'accepted', reason = s.error, reason_code = s.error_code, parked_by = $1,
              changed = 'unknown', since = now()
         from schema_saga.operation_step s
        where t.project_id = $2 and t.id = any ($3) and s.operation_id = $1 and s.key = 'tenant_ddl' and s.scope = t.id
        returning t.id as scope, t.server_id as server, t.namespace, t.incarnation, s.epoch`,
      [operationId, projectId, scopes],
    )
    await owe(client, operationId, scopes)
    const details = { note, tenants: scopes.slice(0, MOST_NAMED), count: scopes.length }
    await writeAudit(client, { projectId, operationId, actor, action: 'repair_accept', details })
    return { accepted: true, targets: lists ? targets.rows : [] }
  })
}

/** The target's own markers say that it was accepted. */
export async function recordAccepted(
  pool: pg.Pool,
  { operationId, tenant }: { operationId: string; tenant: string },
): Promise<void> {
  await inTransaction(pool, async (client) => {
    const { projectId } = await requireOperation(client, operationId)
    await client.query(
      `update schema_saga.tenant set changed = 'yes'
        where project_id = $1 and id = $2 and parked_by = $3 and cause = 'accepted'`,
      [projectId, tenant, operationId],
    )
  })
}

/**
 * Records of targets; `left_behind`: forward work began there, and is neither undone nor accepted. So it may have where it
 * was to be tried again, unless the tenant is aside: then it was fenced, or is what an earlier attempt has left there.
 */
export const LEFT = `
  select * from (
    select key, scope, not undone and not accepted
             and (state in ('running', 'succeeded') or (state in ('failed', 'parked') and tries > 0)
               or (state = 'pending' and tries > 0 and exists (
                     select from schema_saga.operation o join schema_saga.tenant t on t.project_id = o.project_id
                      where o.id = s.operation_id and t.id = s.scope and t.state = 'active'))) as left_behind
      from schema_saga.operation_step s
     where operation_id = $1 and (key = 'base_project_ddl' or (key = 'tenant_ddl' and scope <> ''))) targets`
