/** The activities as workflows call them, with the retry rules of each group. */
import { proxyActivities, proxyLocalActivities } from '@temporalio/workflow'
import type { ReconcileActivities } from '../contract/reconcile.ts'
import type { SetAsideActivities } from '../contract/setAside.ts'
import type {
  CatalogActivities,
  CatchUpActivities,
  FleetActivities,
  ImportActivities,
  PolicyActivities,
  ProvisionActivities,
  SweepActivities,
  TargetActivities,
} from '../contract.ts'
import { NOT_RETRYABLE } from '../errors.ts'
import { localFirst } from './localFirst.ts'

/**
 * Catalog activities are retried until the catalog answers: an operation outlives its catalog's outage. The local try
 * ends before the workflow's task would (10 s).
 */
export const catalog = localFirst<CatalogActivities>({
  local: proxyLocalActivities({ startToCloseTimeout: '5 seconds', retry: { maximumAttempts: 1 } }),
  scheduled: proxyActivities({
    startToCloseTimeout: '30 seconds',
    retry: {
      initialInterval: '500 milliseconds',
      maximumInterval: '10 seconds',
      nonRetryableErrorTypes: [...NOT_RETRYABLE],
    },
  }),
  names: [
    ...([
      'openOperation',
      'takeTurn',
      'planOperation',
      'recordStep',
      'startTarget',
      'listCohorts',
      'countTenants',
    ] as const),
    ...(['persistSchema', 'releaseTurn', 'closeOperation', 'readOperation'] as const),
  ],
})

/** Leaving tenants behind and going on are decided in the catalog, too. */
export const policy = proxyActivities<PolicyActivities>({
  startToCloseTimeout: '30 seconds',
  retry: {
    initialInterval: '500 milliseconds',
    maximumInterval: '10 seconds',
    nonRetryableErrorTypes: [...NOT_RETRYABLE],
  },
})

/**
 * Work on targets: a dead worker is noticed by its missing heartbeats; one try may take long, because a concurrent
 * index build waits for old snapshots. The worker ends the tries: by time, not by number.
 */
export const targets = proxyActivities<TargetActivities>({
  startToCloseTimeout: '6 hours',
  heartbeatTimeout: '15 seconds',
  retry: {
    initialInterval: '1 second',
    maximumInterval: '30 seconds',
    nonRetryableErrorTypes: [...NOT_RETRYABLE],
  },
})

/** What happens after the commit never fails the operation: tried until it works. */
export const afterwards = proxyActivities<
  Pick<CatalogActivities, 'publishCache'> & Pick<TargetActivities, 'afterCommit'>
>({
  startToCloseTimeout: '60 seconds',
  retry: { initialInterval: '500 milliseconds', maximumInterval: '30 seconds' },
})

/** Cleaning up after a commit, on targets: as patient, and with heartbeats, because there may be many of them. */
export const settling = proxyActivities<Pick<TargetActivities, 'settleTarget' | 'settleTargets'>>({
  startToCloseTimeout: '6 hours',
  heartbeatTimeout: '15 seconds',
  retry: { initialInterval: '500 milliseconds', maximumInterval: '30 seconds' },
})

/** Provisioning gives up sooner: nobody's data depends on it yet, and the person is waiting. */
export const provisioning = proxyActivities<ProvisionActivities>({
  startToCloseTimeout: '5 minutes',
  heartbeatTimeout: '15 seconds',
  retry: { initialInterval: '1 second', maximumAttempts: 6, nonRetryableErrorTypes: [...NOT_RETRYABLE] },
})

/** A sweep tries each tenant once and leaves the retries to children; it is tried again when its worker dies. */
export const sweeping = proxyActivities<SweepActivities>({
  startToCloseTimeout: '6 hours',
  heartbeatTimeout: '15 seconds',
  retry: { initialInterval: '1 second', maximumInterval: '30 seconds', nonRetryableErrorTypes: [...NOT_RETRYABLE] },
})

/** The first tries of the cache: when they are over, the ledger says what is the matter. */
export function firstTries(withinMs: number): Pick<CatalogActivities, 'publishCache'> {
  return proxyActivities({
    startToCloseTimeout: '60 seconds',
    scheduleToCloseTimeout: withinMs,
    retry: { initialInterval: '500 milliseconds', maximumInterval: '10 seconds' },
  })
}

/** The first try of the hooks. */
export const firstTry = proxyActivities<Pick<TargetActivities, 'afterCommit'>>({
  startToCloseTimeout: '60 seconds',
  retry: { maximumAttempts: 1 },
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
