/** What operations of this catalog have left half-way on a namespace that is owned by nobody any more: it is taken back. */
import type pg from 'pg'
import type { Target } from '../../contract.ts'
import { loadPlan } from '../catalog/operations/plans.ts'
import type { TargetPools } from '../sessions/pools.ts'
import { lookAtTarget } from '../target/bookkeeping/markers.ts'
import { compensatePlanOnTarget } from '../target/execute.ts'
import { leftBehind, type NamespaceLook } from './look.ts'

/** Where it is, and what was seen there. */
export interface TakingBack {
  readonly place: Target
  readonly look: NamespaceLook
  readonly signal?: AbortSignal
}

/**
 * Undoes it, the latest first, as who let the namespace go would have had to; until it is registered anew, the markers are
 * those of the last owner. Returns whether there was anything. Errors: those of an undo.
 */
export async function takeBack(
  { catalog, targetPools }: { readonly catalog: pg.Pool; readonly targetPools: TargetPools },
  { place, look, signal }: TakingBack,
): Promise<boolean> {
  const { registration } = look
  // One that was renamed has to get its name back first, as the undo is of the old one.
  if (registration === null || registration.replaced || registration.formerly !== null) return false
  const { atWork, halfWay } = await leftBehind(catalog, look)
  if (atWork.length > 0 || halfWay.length === 0) return false
  const target = { ...place, incarnation: registration.incarnation }
  const { projectId } = registration
  const { markers } = await targetPools.withClient(target, (client, namespace) =>
    lookAtTarget(client, { target, projectId, namespace }),
  )
  for (const { operationId, planHash, epoch, open } of markers) {
    if (!open || !halfWay.includes(operationId)) continue
    const { plan } = await loadPlan(catalog, operationId, planHash)
    const work = { target, projectId, operationId, epoch, plan, ...(signal !== undefined && { signal }) }
    await compensatePlanOnTarget(targetPools, work)
  }
  return true
}
