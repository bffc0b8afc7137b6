/** Activities of `reconcileFleet`, a duty each; and the repair of drift that it starts. */
import { metricMeter } from '@temporalio/activity'
import type { DutyInput, DutyResult, ReconcileActivities } from '../contract/reconcile.ts'
import type { FleetActivities } from '../contract.ts'
import { closeReconcileRun, openReconcileRun } from '../postgres/catalog/reconcileRuns.ts'
import type { ActivityDependencies } from './dependencies.ts'
import type { FleetRuns } from './fleetRuns.ts'
import { whileHeartbeating } from './heartbeating.ts'
import type { DutyDependencies } from './reconcile/dutyDependencies.ts'
import { pruneDuty } from './reconcile/pruneDuty.ts'
import { purgeDuty } from './reconcile/purgeDuty.ts'
import { reconcileDrift } from './reconcile/reconcileDrift.ts'
import { repairDriftInTurn } from './reconcile/repairDriftInTurn.ts'
import { retryUndos } from './reconcile/retryUndos.ts'
import { reviveOperations } from './reconcile/reviveOperations.ts'
import { startCatchUps } from './reconcile/startCatchUps.ts'
import { watchStarted } from './reconcile/watchStarted.ts'

/** The reconciler's activities. */
export function createReconcileActivities(
  shared: ActivityDependencies & { readonly fleetRuns: FleetRuns },
  repair: FleetActivities['repairDriftAdditively'],
): ReconcileActivities {
  const { catalog } = shared
  const duty =
    (work: (deps: DutyDependencies, input: DutyInput) => Promise<DutyResult>) =>
    (input: DutyInput): Promise<DutyResult> =>
      whileHeartbeating((signal) => work({ ...shared, signal }, input))
  return {
    openReconcile: async (run) => ({ projects: await openReconcileRun(catalog, run) }),
    reviveOperations: duty(reviveOperations),
    retryUndos: async (input) => {
      const repairs = await retryUndos(shared, input)
      const waiting = repairs.result.left + repairs.started.length
      const gauge = metricMeter.createGauge('schema_saga_needs_repair', 'int', 'operations', 'that wait for their undo')
      gauge.set(waiting, { project: input.project })
      return repairs
    },
    startCatchUps: (input) => whileHeartbeating((signal) => startCatchUps({ ...shared, signal }, input)),
    watchStarted: (started) => whileHeartbeating((signal) => watchStarted(catalog, started, signal)),
    reconcileDrift: duty(reconcileDrift),
    purgePastHold: duty(purgeDuty),
    pruneHistory: duty(pruneDuty),
    closeReconcile: (run) => closeReconcileRun(catalog, run),
    repairDriftInTurn: (input) => repairDriftInTurn(shared, repair, input),
  }
}
