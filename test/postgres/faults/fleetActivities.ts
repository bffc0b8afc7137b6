/** Activities that work on a whole fleet, as a mortal worker runs them. */
import { MockActivityEnvironment } from '@temporalio/testing'
import { DefaultLogger } from '@temporalio/worker'
import type { ActivityDependencies } from '../../../src/activities/dependencies.ts'
import { createSweepActivities } from '../../../src/activities/targets/sweepActivities.ts'
import { createTargetActivities } from '../../../src/activities/targets/targetActivities.ts'
import type { SweepResult, SweepWork, TargetActivities } from '../../../src/contract.ts'
import { ACTIVITY_DEFAULTS } from '../../fixtures/activityDefaults.ts'
import type { Ledger } from '../catalog/ledger.ts'
import type { Fleet } from './fleets.ts'
import { mortalCatalog } from './mortalCatalog.ts'
import type { MortalWorker } from './mortalWorker.ts'

/** That a worker dies is no news here. */
function quietly(): MockActivityEnvironment {
  return new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR') })
}

/** What the activities of a worker have; all its messages are points. */
function dependenciesOf(ledger: Ledger, worker: MortalWorker): ActivityDependencies {
  const catalog = mortalCatalog(ledger.pool, worker)
  return { ...ACTIVITY_DEFAULTS, catalog, targetPools: worker.pools, runs: ledger.runs }
}

/** The sweep of the whole fleet, as the activity of a worker does it. */
export function sweepFleet(
  ledger: Ledger,
  worker: MortalWorker,
  { planHash, tenants }: Fleet,
  work: Pick<SweepWork, 'operationId' | 'direction' | 'sessions' | 'stopAtFailure'>,
): Promise<SweepResult> {
  const { sweepCohort } = createSweepActivities(dependenciesOf(ledger, worker))
  const cohort = { name: 'a-1', server: 'a', after: '', upTo: 't999', size: tenants.length, maxSessions: 8 }
  return quietly().run(sweepCohort, { ...work, planHash, cohort, wave: null })
}

/** The whole fleet settled by one activity of a worker. */
export function settleFleet(
  ledger: Ledger,
  worker: MortalWorker,
  { planHash }: Fleet,
  operationId: string,
): ReturnType<TargetActivities['settleTargets']> {
  const { settleTargets } = createTargetActivities(dependenciesOf(ledger, worker))
  return quietly().run(settleTargets, { operationId, planHash })
}
