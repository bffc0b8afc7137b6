/** What operations left on a target that is no part of its history, and is taken back before it catches up. */
import type pg from 'pg'
import type { CatchUpStep, OperationStatus } from '../../../contract.ts'
import type { OperationMarkers, TargetLook } from '../../target/bookkeeping/markers.ts'
import type { CatchUp } from './catchUpStep.ts'
import type { LockedTenant } from './row.ts'

interface Suspect {
  readonly id: string
  readonly status: OperationStatus
  readonly persisted: boolean
  readonly revision: number | null
  readonly planHash: string | null
  readonly epoch: number
  /** Whether nothing leads back from it. */
  readonly oneWay: boolean
}

/**
 * The last operation that left something on the target which is not part of its history: one that failed, or the one
 * which parked it without a look at what it had done there.
 */
export async function nextUndo(
  client: pg.PoolClient,
  it: CatchUp,
  tenant: Pick<LockedTenant, 'changed' | 'parkedBy'>,
): Promise<CatchUpStep | null> {
  const { target, look } = it
  const unknown = tenant.changed === 'unknown' ? tenant.parkedBy : null
  const ids = look.markers.filter(({ open }) => open).map(({ operationId }) => operationId)
  for (const suspect of await suspects(client, it, unknown === null ? ids : [...ids, unknown])) {
    const left = look.markers.find(({ operationId }) => operationId === suspect.id)
    if (!isToUndo(suspect, left, look, suspect.id === unknown)) continue
    const planHash = left?.planHash ?? suspect.planHash
    if (planHash === null) continue
    const epoch = Math.max(suspect.epoch, left?.epoch ?? 0)
    const record = !suspect.persisted
    return { do: 'undo', work: { operationId: suspect.id, planHash, target, epoch }, record }
  }
  return null
}

function isToUndo(
  { status, persisted, revision, epoch, planHash, oneWay }: Suspect,
  left: OperationMarkers | undefined,
  look: TargetLook,
  unknown: boolean,
): boolean {
  if (status === 'failed' || status === 'cancelled') {
    return left?.open === true || (unknown && !isShut(left, epoch))
  }
  // What is at work still has no record of this tenant, and so has nothing to do with it.
  if (!persisted || (revision ?? 0) <= look.revision) return false
  const isHalfWay = left?.open === true && left.planHash === planHash
  // What nothing leads back from goes on as well, whoever left it half-way.
  if (unknown) return !(oneWay && isHalfWay) && (left?.open === true || !isShut(left, epoch))
  // What an earlier catch-up left half-way goes on forward, unless it was another plan.
  return left?.open === true && !isHalfWay
}

/** Undone in its last epoch, or shut by a tombstone: nothing of it can land any more. */
function isShut(left: OperationMarkers | undefined, epoch: number): boolean {
  return left?.compensated === true && left.epoch >= epoch
}

async function suspects(
  client: pg.PoolClient,
  { project, target }: CatchUp,
  ids: readonly string[],
): Promise<Suspect[]> {
  if (ids.length === 0) return []
  const { rows } = await client.query<Suspect>(
    `select o.id, o.status, o.persisted_at is not null as persisted, o.revision, o.plan_hash as "planHash", coalesce(s.epoch, 0) as epoch,
            exists (select from schema_saga.operation_plan p where p.operation_id = o.id and p.hash = o.plan_hash
                       and p.plan -> 'sqlChange' ->> 'wayBack' = 'none') as "oneWay"
       from schema_saga.operation o
       left join schema_saga.operation_step s on s.operation_id = o.id and s.scope = $2
        and s.key = case when $2 = '' then 'base_project_ddl' else 'tenant_ddl' end
      where o.project_id = $1 and o.id = any ($3) order by o.seq desc`,
    [project, target.scope, ids],
  )
  return rows
}
