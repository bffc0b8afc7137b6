/** What is next for a tenant that catches up: decided under the lock of its project's row, by a fresh look at the target. */
import type pg from 'pg'
import type { CatchUpStep, Target } from '../../../contract.ts'
import { RequestRefused, TargetDrifted } from '../../../errors.ts'
import { whereOf } from '../../sessions/servers.ts'
import type { TargetLook } from '../../target/bookkeeping/markers.ts'
import { writeAudit } from '../audit.ts'
import { owe } from '../debts/settle.ts'
import { inTransaction } from '../pool.ts'
import { type Project, requireProject } from '../projects/projects.ts'
import { delaysActivation } from '../steps/unfinished.ts'
import { nextUndo } from './catchUpUndo.ts'
import { type LockedTenant, lockTenant, setActive, setMeanwhile } from './row.ts'

/** A tenant in the middle of its catch-up. */
export interface CatchUp {
  readonly project: string
  readonly target: Target
  readonly look: TargetLook
  readonly actor: string
  /** The moment of the state that is to be left; absent for a tenant that is being provisioned, and for a base. */
  readonly since?: string
}

/**
 * Undo first, then one missed plan after the other, then active. Errors: `TENANT_NOT_FOUND`, `NOT_APPLICABLE` when
 * somebody set the tenant's state meanwhile, `TARGET_DRIFTED` when the target is at a revision that never was.
 */
export async function decideCatchUp(pool: pg.Pool, it: CatchUp): Promise<CatchUpStep> {
  return await inTransaction(pool, async (client) => {
    return await decideAt(client, await requireProject(client, it.project, 'for update'), it)
  })
}

/** The same with the project's row locked already. */
export async function decideAt(
  client: pg.PoolClient,
  current: Pick<Project, 'revision' | 'schemaHash'>,
  it: CatchUp,
): Promise<CatchUpStep> {
  const { project, target, look } = it
  const tenant = await lockTenant(client, project, target.scope)
  requireSame(tenant, it)
  if (tenant.state === 'active') return { do: 'active', revision: tenant.revision ?? look.revision }
  const open = await delaysActivation(client, project, target.scope)
  if (open !== null) return { do: 'wait', operationId: open.operationId, status: open.status }
  const undo = await nextUndo(client, it, tenant)
  if (undo !== null) return undo
  await requireRevision(client, it)
  await recordReached(client, it, tenant)
  if (look.revision < current.revision) return await startNext(client, it)
  await setActive(client, { project, target, revision: current.revision, schemaHash: current.schemaHash })
  const details = { tenant: target.scope, revision: current.revision, was: tenant.state }
  await writeAudit(client, { projectId: project, actor: it.actor, action: 'tenant_activate', details })
  return { do: 'active', revision: current.revision }
}

function requireSame(tenant: LockedTenant, { target, since }: CatchUp): void {
  const isSame = since === undefined ? tenant.state === 'provisioning' : tenant.since === since
  if (tenant.incarnation === target.incarnation && (isSame || tenant.state === 'active')) return
  throw setMeanwhile(tenant)
}

/** Errors: `TARGET_DRIFTED` when the target is at a revision that never was. */
export async function requireRevision(client: pg.PoolClient, { project, target, look }: CatchUp): Promise<void> {
  const { rowCount } = await client.query(
    'select from schema_saga.schema_revision where project_id = $1 and revision = $2 and schema_hash = $3',
    [project, look.revision, look.schemaHash],
  )
  if (rowCount === 1) return
  const text = `${whereOf(target)} is at revision ${look.revision} of a schema that the project never had.`
  throw new TargetDrifted('TARGET_DRIFTED', text, { details: { revision: look.revision } })
}

/** The ledger of each operation that the target has passed says so; a new tenant was made at its first revision. */
async function recordReached(client: pg.PoolClient, it: CatchUp, tenant: LockedTenant): Promise<void> {
  const { project, target, look, actor } = it
  const { scope } = target
  const { rows } = await client.query<{ id: string }>(
    `insert into schema_saga.operation_step as s (operation_id, key, scope, state, tries, started_at, ended_at)
     select o.id, 'tenant_ddl', $2, 'succeeded', 1, now(), now()
       from schema_saga.operation o
      where o.project_id = $1 and o.persisted_at is not null and o.revision > $3 and o.revision <= $4
     on conflict (operation_id, key, scope) do update
        set state = 'succeeded', undone = false, error = null, error_code = null, ended_at = now()
      where s.state <> 'succeeded'
     returning operation_id as id`,
    [project, scope, tenant.revision ?? look.revision, look.revision],
  )
  for (const { id: operationId } of rows) {
    const details = { tenant: scope, revision: look.revision }
    await writeAudit(client, { projectId: project, operationId, actor, action: 'catch_up', details })
  }
  await client.query(
    `update schema_saga.tenant
        set revision = $3, schema_hash = $4, operation_id = coalesce($5, operation_id),
            changed = case when changed is null then null else 'no' end
      where project_id = $1 and id = $2`,
    [project, scope, look.revision, look.schemaHash, rows.at(-1)?.id ?? null],
  )
}

/** Hands out the epoch: a new one where this operation's work was undone or shut before. */
export async function startNext(client: pg.PoolClient, { project, target, look }: CatchUp): Promise<CatchUpStep> {
  const { rows } = await client.query<{ id: string; planHash: string }>(
    `select id, plan_hash as "planHash" from schema_saga.operation
      where project_id = $1 and persisted_at is not null and revision = $2`,
    [project, look.revision + 1],
  )
  const [next] = rows
  if (next === undefined) {
    const text = `No plan leads from revision ${look.revision} to ${look.revision + 1}: provision it anew.`
    throw new RequestRefused('NOT_APPLICABLE', text)
  }
  const left = look.markers.find(({ operationId }) => operationId === next.id)
  const least = left === undefined ? 0 : left.compensated ? left.epoch + 1 : left.epoch
  const started = await client.query<{ epoch: number }>(
    `insert into schema_saga.operation_step as s (operation_id, key, scope, state, epoch, tries, started_at)
     values ($1, case when $2 = '' then 'base_project_ddl' else 'tenant_ddl' end, $2, 'running', $3, 1, now())
     on conflict (operation_id, key, scope) do update
        set epoch = greatest(s.epoch + case when s.undone then 1 else 0 end, $3), undone = false, tries = s.tries + 1
     returning epoch`,
    [next.id, target.scope, least],
  )
  const epoch = started.rows[0]?.epoch ?? least
  // On record before it is there; it is paid by the next step, or by the reconciler.
  await owe(client, next.id, [target.scope])
  return { do: 'apply', work: { operationId: next.id, planHash: next.planHash, target, epoch } }
}
