/** What is next for a tenant that catches up: decided under the lock of its project's row, by a fresh look at the target. */
import type pg from 'pg'
import type { CatchUpStep, Target } from '../../../contract.ts'
import { RequestRefused, TargetDrifted } from '../../../errors.ts'
import { whereOf } from '../../sessions/servers.ts'
import type { TargetLook } from '../../target/bookkeeping/markers.ts'
import { writeAudits } from '../audit.ts'
import { owe } from '../debts/settle.ts'
import { inTransaction } from '../pool.ts'
import { type Project, requireProject } from '../projects/projects.ts'
import { delaysActivation } from '../steps/unfinished.ts'
import { nextUndo } from './catchUpUndo.ts'
import { type LockedTenant, lockTenant, setAllActive, setMeanwhile } from './row.ts'

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
  const [step] = await moveOn(client, current, [{ it, tenant }])
  if (step === undefined) throw new Error('each that moves on has a next step')
  return step
}

/** A tenant that nothing keeps from its next step. */
export interface Mover {
  readonly it: CatchUp
  readonly tenant: LockedTenant
}

/** Records what they have reached, and what is next; all of them are at the same revision, on record and on their targets. */
export async function moveOn(
  client: pg.PoolClient,
  { revision, schemaHash }: Pick<Project, 'revision' | 'schemaHash'>,
  movers: readonly [Mover, ...Mover[]],
): Promise<readonly CatchUpStep[]> {
  const comers = movers.map(({ it }) => it)
  const [{ it }] = movers
  const { project } = it
  await recordReached(client, movers)
  if (it.look.revision < revision) return await startNextOn(client, comers)
  await setAllActive(client, { project, targets: comers.map(({ target }) => target), revision, schemaHash })
  const activated = movers.map(({ it: { target, actor }, tenant: { state: was } }) => {
    const details = { tenant: target.scope, revision, was }
    return { projectId: project, actor, action: 'tenant_activate', details }
  })
  await writeAudits(client, activated)
  return comers.map(() => ({ do: 'active', revision }))
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

/** The ledger of each operation that the targets have passed says so; a new tenant was made at its first revision. */
async function recordReached(client: pg.PoolClient, movers: readonly [Mover, ...Mover[]]): Promise<void> {
  const [{ it, tenant }] = movers
  const { project, look, actor } = it
  const scopes = movers.map((each) => each.tenant.scope)
  const { rows } = await client.query<{ id: string; scope: string }>(
    `insert into schema_saga.operation_step as s (operation_id, key, scope, state, tries, started_at, ended_at)
     select o.id, 'tenant_ddl', t.scope, 'succeeded', 1, now(), now()
       from schema_saga.operation o cross join unnest($2::text[]) as t (scope)
      where o.project_id = $1 and o.persisted_at is not null and o.revision > $3 and o.revision <= $4
      order by o.revision
     on conflict (operation_id, key, scope) do update
        set state = 'succeeded', undone = false, error = null, error_code = null, ended_at = now()
      where s.state <> 'succeeded'
     returning operation_id as id, scope`,
    [project, scopes, tenant.revision ?? look.revision, look.revision],
  )
  const passed = rows.map(({ id: operationId, scope }) => {
    const details = { tenant: scope, revision: look.revision }
    return { projectId: project, operationId, actor, action: 'catch_up', details }
  })
  if (passed.length > 0) await writeAudits(client, passed)
  const last = new Map(rows.map(({ id, scope }) => [scope, id]))
  await client.query(
    `update schema_saga.tenant t
        set revision = $4, schema_hash = $5, operation_id = coalesce(l.operation, t.operation_id),
            changed = case when t.changed is null then null else 'no' end
       from unnest($2::text[], $3::text[]) as l (scope, operation)
      where t.project_id = $1 and t.id = l.scope`,
    [project, scopes, scopes.map((scope) => last.get(scope) ?? null), look.revision, look.schemaHash],
  )
}

/** Hands out the epoch: a new one where this operation's work was undone or shut before. */
export async function startNext(
  client: pg.PoolClient,
  it: Pick<CatchUp, 'project' | 'target' | 'look'>,
): Promise<CatchUpStep> {
  const [step] = await startNextOn(client, [it])
  if (step === undefined) throw new Error('each that starts has a next step')
  return step
}

type Starter = Pick<CatchUp, 'project' | 'target' | 'look'>

/** The same of several, which are at the same revision. */
async function startNextOn(client: pg.PoolClient, starters: readonly Starter[]): Promise<readonly CatchUpStep[]> {
  const [first] = starters
  if (first === undefined) return []
  const { look, project } = first
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
  const scopes = starters.map(({ target }) => target.scope)
  const started = await client.query<{ scope: string; epoch: number }>(
    `insert into schema_saga.operation_step as s (operation_id, key, scope, state, epoch, tries, started_at)
     select $1, case when t.scope = '' then 'base_project_ddl' else 'tenant_ddl' end, t.scope, 'running', t.least, 1, now()
       from unnest($2::text[], $3::int[]) as t (scope, least)
     on conflict (operation_id, key, scope) do update
        set epoch = greatest(s.epoch + case when s.undone then 1 else 0 end, excluded.epoch), undone = false, tries = s.tries + 1
     returning scope, epoch`,
    [next.id, scopes, starters.map((each) => leastEpoch(each, next.id))],
  )
  const epochs = new Map(started.rows.map(({ scope, epoch }) => [scope, epoch]))
  // On record before it is there; it is paid by the next step, or by the reconciler.
  await owe(client, next.id, scopes)
  return starters.map((each) => {
    const { target } = each
    const epoch = epochs.get(target.scope) ?? leastEpoch(each, next.id)
    return { do: 'apply', work: { operationId: next.id, planHash: next.planHash, target, epoch } }
  })
}

function leastEpoch({ look }: Starter, operation: string): number {
  const left = look.markers.find(({ operationId }) => operationId === operation)
  if (left === undefined) return 0
  return left.compensated ? left.epoch + 1 : left.epoch
}
