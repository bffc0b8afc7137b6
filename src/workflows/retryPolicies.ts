/**
 * Every time limit, retry rule and pause of the workflows, and how long their histories get. The tests' second workflow bundle replaces this module by one
 * in which a dead worker is noticed within seconds; a table in the tests keeps the values that production has.
 */
import type { ActivityOptions, RetryPolicy } from '@temporalio/workflow'
import { NOT_RETRYABLE } from '../errors.ts'

/** A group of activities: how long one try may take, when silence means death, and how tries follow each other. */
export type ActivityPolicy = Pick<
  ActivityOptions,
  'startToCloseTimeout' | 'scheduleToCloseTimeout' | 'heartbeatTimeout'
> & { readonly retry: RetryPolicy }

/** A pause that doubles from the first to the longest, in ms. */
export interface GrowingPause {
  readonly first: number
  readonly longest: number
}

const HEARTBEAT = '15 seconds'
const nonRetryableErrorTypes = [...NOT_RETRYABLE]

/** Catalog activities are retried until the catalog answers: an operation outlives its catalog's outage. */
const CATALOG: ActivityPolicy = {
  startToCloseTimeout: '30 seconds',
  retry: { initialInterval: '500 milliseconds', maximumInterval: '10 seconds', nonRetryableErrorTypes },
}

/**
 * Work on targets: a dead worker is noticed by its missing heartbeats; one try may take long, because a concurrent index
 * build waits for old snapshots. The worker ends the tries: by time, not by number.
 */
const TARGETS: ActivityPolicy = {
  startToCloseTimeout: '6 hours',
  heartbeatTimeout: HEARTBEAT,
  retry: { initialInterval: '1 second', maximumInterval: '30 seconds', nonRetryableErrorTypes },
}

/** The policy of each group of activities. */
export const ACTIVITY_POLICIES = {
  catalog: CATALOG,
  /** Leaving tenants behind and continuing a held operation are decided in the catalog, too. */
  policy: CATALOG,
  targets: TARGETS,
  /** After the commit nothing fails the operation: tried until it works. */
  afterwards: {
    startToCloseTimeout: '60 seconds',
    retry: { initialInterval: '500 milliseconds', maximumInterval: '30 seconds' },
  },
  /** Cleaning up after the commit, on targets: as patient, and with heartbeats, because there may be many of them. */
  settling: {
    startToCloseTimeout: '6 hours',
    heartbeatTimeout: HEARTBEAT,
    retry: { initialInterval: '500 milliseconds', maximumInterval: '30 seconds' },
  },
  /** A sweep tries each tenant once and leaves the retries to children; it is tried again when its worker dies. */
  sweeping: TARGETS,
  /** The embedder's list is waited for as the catalog is; who is new in it is provisioned in the same go. */
  synchronising: { ...TARGETS, retry: CATALOG.retry },
  /** The first tries of the cache, until the alarm: whoever calls them adds `scheduleToCloseTimeout`. */
  firstTries: {
    startToCloseTimeout: '60 seconds',
    retry: { initialInterval: '500 milliseconds', maximumInterval: '10 seconds' },
  },
  firstTry: { startToCloseTimeout: '60 seconds', retry: { maximumAttempts: 1 } },
  /** Provisioning gives up sooner: nobody's data depends on it yet, and the person is waiting. */
  provisioning: {
    startToCloseTimeout: '5 minutes',
    heartbeatTimeout: HEARTBEAT,
    retry: { initialInterval: '1 second', maximumAttempts: 6, nonRetryableErrorTypes },
  },
  /** A look at a fleet changes nothing and a person waits, so that it gives up soon. */
  looking: {
    startToCloseTimeout: '30 minutes',
    heartbeatTimeout: HEARTBEAT,
    retry: { initialInterval: '1 second', maximumAttempts: 3, nonRetryableErrorTypes },
  },
  /** A person waits for these, and may ask again; a fleet may be large, so one try may take long. */
  setAside: {
    startToCloseTimeout: '6 hours',
    heartbeatTimeout: HEARTBEAT,
    retry: { initialInterval: '1 second', maximumAttempts: 6, nonRetryableErrorTypes },
  },
  catchUps: CATALOG,
  /** Catch-up gives up after about a minute of tries: the tenant stays parked, and is tried again later. */
  catchUpWork: {
    startToCloseTimeout: '6 hours',
    heartbeatTimeout: HEARTBEAT,
    retry: {
      initialInterval: '1 second',
      maximumInterval: '30 seconds',
      maximumAttempts: 7,
      nonRetryableErrorTypes,
    },
  },
  /** Import reads every namespace of a server, and may be repeated as a whole; the person is waiting. */
  importing: {
    startToCloseTimeout: '2 hours',
    heartbeatTimeout: HEARTBEAT,
    retry: { initialInterval: '1 second', maximumAttempts: 6, nonRetryableErrorTypes },
  },
  /** The duties of the reconciler: the next run comes soon, so that none is tried for long. */
  reconciling: {
    startToCloseTimeout: '5 minutes',
    scheduleToCloseTimeout: '6 minutes',
    heartbeatTimeout: HEARTBEAT,
    retry: { initialInterval: '1 second', maximumAttempts: 3, nonRetryableErrorTypes },
  },
  /** One try may take long, because an index build waits for old snapshots; a dead worker's turn is over in a minute. */
  driftRepairs: {
    startToCloseTimeout: '6 hours',
    heartbeatTimeout: HEARTBEAT,
    retry: { initialInterval: '5 seconds', maximumAttempts: 3, nonRetryableErrorTypes },
  },
} as const satisfies Record<string, ActivityPolicy>

/** The only try of an activity within the workflow's own task, in ms: it ends before that would (10 s). */
export const LOCAL_TRY_MS: number = 5_000

/** Without a setting of the project, the cache is reported as unavailable after this time, in ms. */
export const CACHE_ALARM_MS: number = 60_000

/** Between two looks of an operation that waits for its turn, in case the signal was lost. */
export const TURN_PAUSE_MS: GrowingPause = { first: 60_000, longest: 1_800_000 }

/** Between two rounds of settling, while a target is unreachable. */
export const SETTLE_PAUSE_MS: GrowingPause = { first: 5_000, longest: 300_000 }

/** The pauses of a catch-up while an operation works on its tenant's record, in ms; then it gives up and names the operation. */
export const CATCH_UP_PAUSES_MS: readonly number[] = [1_000, 2_000, 4_000, 8_000, 15_000, 30_000, 30_000, 30_000]

/** The pauses between the tries of new tenants that could not be made yet, in ms; then they are given up. */
export const PROVISION_PAUSES_MS: readonly number[] = [1_000, 2_000, 4_000, 8_000, 16_000]

/** One run of the reconciler begins no further project after this time, in ms: with the last one's duties it stays near ten minutes. */
export const RECONCILE_RUN_MS: number = 480_000

/**
 * A run that waits goes on as a new one when its history has so many events: half of the 4,096 at which the server asks
 * for it, because what a run does after it has waited needs room as well.
 */
export const LONG_HISTORY_EVENTS: number = 2_048

/**
 * A cohort of children goes on as new after so many events: a child costs its parent up to nine of them, and what is in
 * flight must fit under the 4,096 as well.
 */
export const LONG_COHORT_EVENTS: number = 3_000
