/** An additive repair of drift that holds the project's turn as an operation would, in a short lease that it renews. */
import type { RepairDriftInput } from '../../contract/reconcile.ts'
import { endMaintenance, renewMaintenance, takeMaintenance } from '../../postgres/catalog/projects/maintenance.ts'
import type { RepairDrift } from '../fleet/fleetActivities.ts'
import type { DutyDependencies } from './dutyDependencies.ts'

/** A third of the lease, so that one renewal may fail. */
const RENEW_MS = 20_000
const HOLDER = 'drift-repair'

/** Errors: `IN_PROGRESS` while an operation holds the turn or waits for it. */
export async function repairDriftInTurn(
  { catalog, fleetRuns }: Pick<DutyDependencies, 'catalog' | 'fleetRuns'>,
  repair: RepairDrift,
  { project, scopes, actor }: RepairDriftInput,
): Promise<{ repaired: number; failed: number }> {
  await takeMaintenance(catalog, project, HOLDER)
  // A lease that was lost needs no more than its end: each target is repaired under its own lock and at its own revision.
  const timer = setInterval(() => void renewMaintenance(catalog, project, HOLDER).catch(() => false), RENEW_MS)
  try {
    const { repaired, failed } = await repair({ project, scopes, actor })
    return { repaired, failed }
  } finally {
    clearInterval(timer)
    const { next } = await endMaintenance(catalog, project, HOLDER)
    if (next !== null) await fleetRuns.signalTurn(next)
  }
}
