/** The activities of workflows beside the operations, with the retry rules of each group. */
import { proxyActivities } from '@temporalio/workflow'
import type { ReconcileActivities } from '../contract/reconcile.ts'
import type { SetAsideActivities } from '../contract/setAside.ts'
import type {
  CatchUpActivities,
  FleetActivities,
  ImportActivities,
  ProvisionActivities,
  TargetActivities,
} from '../contract.ts'
import { NOT_RETRYABLE } from '../errors.ts'

/** Provisioning gives up sooner: nobody's data depends on it yet, and the person is waiting. */
export const provisioning = proxyActivities<ProvisionActivities>({
  startToCloseTimeout: '5 minutes',
  heartbeatTimeout: '15 seconds',
  retry: { initialInterval: '1 second', maximumAttempts: 6, nonRetryableErrorTypes: [...NOT_RETRYABLE] },
})

/** A look at a fleet: it changes nothing and a person waits, so that it gives up soon. */
export const looking = proxyActivities<Pick<FleetActivities, 'scanDrift' | 'reportHealth'>>({
  startToCloseTimeout: '30 minutes',
  heartbeatTimeout: '15 seconds',
  retry: { initialInterval: '1 second', maximumAttempts: 3, nonRetryableErrorTypes: [...NOT_RETRYABLE] },
})

/** A person waits for these, and may ask again; a fleet may be large, so one try may take long. */
export const setAside = proxyActivities<SetAsideActivities>({
  startToCloseTimeout: '6 hours',
  heartbeatTimeout: '15 seconds',
  retry: { initialInterval: '1 second', maximumAttempts: 6, nonRetryableErrorTypes: [...NOT_RETRYABLE] },
})

/** What catch-up reads and writes in the catalog. */
export const catchUps = proxyActivities<Pick<CatchUpActivities, 'openCatchUp' | 'recordCatchUpFailure'>>({
  startToCloseTimeout: '30 seconds',
  retry: {
    initialInterval: '500 milliseconds',
    maximumInterval: '10 seconds',
    nonRetryableErrorTypes: [...NOT_RETRYABLE],
  },
})

/** Catch-up gives up after about a minute of tries: the tenant stays parked, and is tried again later. */
export const catchUpWork = proxyActivities<
  Pick<CatchUpActivities, 'nextCatchUp'> & Pick<TargetActivities, 'applyToTarget' | 'compensateTarget'>
>({
  startToCloseTimeout: '6 hours',
  heartbeatTimeout: '15 seconds',
  retry: {
    initialInterval: '1 second',
    maximumInterval: '30 seconds',
    maximumAttempts: 7,
    nonRetryableErrorTypes: [...NOT_RETRYABLE],
  },
})

/** Import reads every namespace of a server, and may be repeated as a whole; the person is waiting. */
export const importing = proxyActivities<ImportActivities>({
  startToCloseTimeout: '2 hours',
  heartbeatTimeout: '15 seconds',
  retry: { initialInterval: '1 second', maximumAttempts: 6, nonRetryableErrorTypes: [...NOT_RETRYABLE] },
})

/** The duties of the reconciler: the next run comes soon, so that none is tried for long. */
export const reconciling = proxyActivities<Omit<ReconcileActivities, 'repairDriftInTurn'>>({
  startToCloseTimeout: '5 minutes',
  scheduleToCloseTimeout: '6 minutes',
  heartbeatTimeout: '15 seconds',
  retry: { initialInterval: '1 second', maximumAttempts: 3, nonRetryableErrorTypes: [...NOT_RETRYABLE] },
})

/** One try may take long, because an index build waits for old snapshots; a dead worker's turn is over in a minute. */
export const driftRepairs = proxyActivities<Pick<ReconcileActivities, 'repairDriftInTurn'>>({
  startToCloseTimeout: '6 hours',
  heartbeatTimeout: '15 seconds',
  retry: { initialInterval: '5 seconds', maximumAttempts: 3, nonRetryableErrorTypes: [...NOT_RETRYABLE] },
})
