/** The activities of operations as their workflows call them, with the retry rules of each group. */
import { proxyActivities, proxyLocalActivities } from '@temporalio/workflow'
import type { CatalogActivities, PolicyActivities, SweepActivities, TargetActivities } from '../contract.ts'
import { NOT_RETRYABLE } from '../errors.ts'
import { localFirst } from './localFirst.ts'

/** A try within the workflow's task ends before that would (10 s). */
const LOCAL_TRY_MS = 5_000

/** Catalog activities are retried until the catalog answers: an operation outlives its catalog's outage. */
export const catalog = localFirst<CatalogActivities>({
  local: proxyLocalActivities({ startToCloseTimeout: LOCAL_TRY_MS, retry: { maximumAttempts: 1 } }),
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

/** A sweep tries each tenant once and leaves the retries to children; it is tried again when its worker dies. */
export const sweeping = proxyActivities<SweepActivities>({
  startToCloseTimeout: '6 hours',
  heartbeatTimeout: '15 seconds',
  retry: { initialInterval: '1 second', maximumInterval: '30 seconds', nonRetryableErrorTypes: [...NOT_RETRYABLE] },
})

/** The first tries of the cache: when they are over, the ledger says what is the matter. */
export function firstTries(withinMs: number): Pick<CatalogActivities, 'publishCache'> {
  const atOnce = Math.min(withinMs, LOCAL_TRY_MS)
  return localFirst<Pick<CatalogActivities, 'publishCache'>>({
    local: proxyLocalActivities({ startToCloseTimeout: atOnce, retry: { maximumAttempts: 1 } }),
    scheduled: proxyActivities({
      startToCloseTimeout: '60 seconds',
      scheduleToCloseTimeout: withinMs,
      retry: { initialInterval: '500 milliseconds', maximumInterval: '10 seconds' },
    }),
    names: ['publishCache'],
  })
}

/** The first try of the hooks. */
export const firstTry = proxyActivities<Pick<TargetActivities, 'afterCommit'>>({
  startToCloseTimeout: '60 seconds',
  retry: { maximumAttempts: 1 },
})
