/** Activities of `reconcileFleet`, a duty each; and the repair of drift that it starts. */
import { metricMeter } from '@temporalio/activity'
import type { DutyInput, DutyResult, ReconcileActivities } from '../contract/reconcile.ts'
import { markReleasedTargets } from '../postgres/adoption/markReleased.ts'
import { closeReconcileRun, openReconcileRun } from '../postgres/catalog/reconcile/runs.ts'
import { dropLeftCopies } from '../postgres/proof/baseCopy.ts'
import type { ActivityDependencies } from './dependencies.ts'
import type { RepairDrift } from './fleet/fleetActivities.ts'
import type { FleetRuns } from './fleet/fleetRuns.ts'
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
  repair: RepairDrift,
): ReconcileActivities {
  const { catalog, whileHeartbeating } = shared
  const duty =
    (work: (deps: DutyDependencies, input: DutyInput) => Promise<DutyResult>) =>
    (input: DutyInput): Promise<DutyResult> =>
      whileHeartbeating((signal) => work({ ...shared, signal }, input))
  return {
    openReconcile: async (run) => {
      const projects = await openReconcileRun(catalog, run)
      // What was let go of has no project any more that a duty could look at; what does not answer waits for the next run.
      if (run.dryRun !== true) await whileHeartbeating((signal) => markReleasedTargets(shared, signal))
      if (run.dryRun !== true) await whileHeartbeating(() => dropLeftCopies(shared))
      for (const { project, repairs } of projects) if (!repairs) gaugeRepairs(project, 0)
      return { projects }
    },
    reviveOperations: duty(reviveOperations),
    retryUndos: async (input) => {
      const repairs = await retryUndos(shared, input)
      gaugeRepairs(input.project, repairs.result.left + repairs.started.length)
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

/** How many operations of a project wait for their undo, for whoever watches the worker's metrics. */
function gaugeRepairs(project: string, waiting: number): void {
  metricMeter.createGauge('schema_saga_needs_repair', 'int', 'operations').set(waiting, { project })
}
