/** Tenants that catch up: who may, how it is recorded when one could not, and who is due. */
import type pg from 'pg'
import type { CatchUpInput, Target } from '../../../contract.ts'
import { RequestRefused } from '../../../errors.ts'
import { writeAudit } from '../audit.ts'
import { inTransaction } from '../pool.ts'
import { requireProject } from '../projects/projects.ts'
import { type LockedTenant, lockTenant, setMeanwhile } from './row.ts'

/** A tenant at the beginning of its catch-up. */
export interface OpenedCatchUp {
  readonly target: Target
  readonly active: boolean
  readonly revision: number | null
  readonly since: string
}

/** Finds the tenant; one that is active has nothing to catch up with. Errors: `TENANT_NOT_FOUND`, `NOT_APPLICABLE`. */
export async function openCatchUp(pool: pg.Pool, input: CatchUpInput): Promise<OpenedCatchUp> {
  return await inTransaction(pool, async (client) => {
    await requireProject(client, input.project)
    const tenant = await lockTenant(client, input.project, input.tenant)
    if (tenant.state !== 'active') requireAllowed(tenant, input)
    const { scope, server, namespace, incarnation, state, revision, since } = tenant
    return { target: { scope, server, namespace, incarnation }, active: state === 'active', revision, since }
  })
}

function requireAllowed({ scope, state, cause, since }: LockedTenant, input: CatchUpInput): void {
  const { from, onlyCause } = input
  if (state === 'provisioning') {
    const text = `Tenant "${scope}" is being provisioned: \`schema-saga tenant add\` continues with it.`
    throw new RequestRefused('NOT_APPLICABLE', text)
  }
  if (from !== undefined && from !== state) {
    const how = state === 'parked' ? 'unpark' : 'resume'
    throw new RequestRefused(
      'NOT_APPLICABLE',
      `Tenant "${scope}" is ${state}, not ${from}: \`tenant ${how}\` brings it back.`,
    )
  }
  if (onlyCause !== undefined && onlyCause !== cause) {
    throw new RequestRefused('NOT_APPLICABLE', `Tenant "${scope}" is parked for another cause than ${onlyCause}.`)
  }
  if (input.since !== undefined && input.since !== since) throw setMeanwhile({ scope, state })
}

/** Failures that say nothing about the tenant: its reason stays, and it is tried again soon. */
const NOT_THE_TENANTS: readonly string[] = [
  'SurroundingsMissing',
  'CatalogRefused',
  'InputInvalid',
  'RequestRefused',
  'Unexpected',
  'Cancelled',
]

/**
 * Keeps why a tenant could not be brought along. It is parked for that reason from now on, also when a person had put it
 * aside and now wanted it back; only one that was never taken over (it has no revision) keeps its cause, so that nobody
 * but a person tries again. The next try is due in 1 minute, doubling with each failure to 1 hour.
 */
export async function recordCatchUpFailure(
  pool: pg.Pool,
  failure: { project: string; target: Target; actor: string; errorType: string; errorCode: string; error: string },
): Promise<void> {
  const { project, target, actor, errorType, errorCode, error } = failure
  const blames = !NOT_THE_TENANTS.includes(errorType)
  const key = [project, target.scope, target.incarnation]
  await inTransaction(pool, async (client) => {
    await client.query(
      `update schema_saga.tenant
          set catch_up_started_at = null, catch_up_tries = catch_up_tries + case when $4 then 1 else 0 end,
              catch_up_after = now() + least(interval '1 minute' * power(2, case when $4 then catch_up_tries else 0 end), interval '1 hour')
        where project_id = $1 and id = $2 and incarnation = $3 and state in ('parked', 'suspended')`,
      [...key, blames],
    )
    if (blames) {
      await client.query(
        `update schema_saga.tenant
            set state = 'parked', reason = $4, reason_code = $5, since = now(),
                cause = case when revision is null then cause when cause = 'accepted' then cause else 'failure' end
          where project_id = $1 and id = $2 and incarnation = $3 and state in ('parked', 'suspended')`,
        [...key, error, errorCode],
      )
    }
    await client.query(
      `update schema_saga.operation_step s set state = 'parked', error = $3, error_code = $4, ended_at = now()
         from schema_saga.operation o
        where o.id = s.operation_id and o.project_id = $1 and o.persisted_at is not null
          and s.key = 'tenant_ddl' and s.scope = $2 and s.state = 'running'`,
      [project, target.scope, error, errorCode],
    )
    const details = { tenant: target.scope, error_code: errorCode, error }
    await writeAudit(client, { projectId: project, actor, action: 'catch_up_failed', details })
  })
}
