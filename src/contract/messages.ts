/** What is sent to an operation, and what it answers. */
import type { OperationStatus, StepKey } from './states.ts'
import type { TargetProblem } from './targets.ts'

/** Whose turn it is; `waitsFor` names the operation in front. */
export interface Turn {
  /** Whether the operation has the turn of its project. */
  readonly taken: boolean
  /** The operation in front, and since when that is at work; null where there is none. */
  readonly waitsFor: { readonly operationId: string; readonly status: OperationStatus; readonly since: string } | null
}

/** How many tenants are in which state of this operation. */
export interface TenantCounts {
  /** All tenants that the operation works on. */
  readonly total: number
  /** Those that have the change. */
  readonly succeeded: number
  /** Those left out: nothing was done on them. */
  readonly skipped: number
  /** Those that could not take the change, or whose undo did not succeed. */
  readonly failed: number
  /** Those left behind at their old revision. */
  readonly parked: number
  /** Those on which the change was undone. */
  readonly compensated: number
  /** Those being worked on right now. */
  readonly running: number
  /** Those not begun yet. */
  readonly pending: number
}

/** How fast the tenants go by, for people who watch. */
export interface TenantPace {
  /** Tenants ended per second since the first began. */
  readonly rate: number | null
  /** Until all have ended at this rate, in ms. */
  readonly etaMs: number | null
  /** At most five, the slowest first; those still running count up to now. */
  readonly slowest: readonly { readonly tenant: string; readonly ms: number }[]
  /** All problems of the operation by their code. */
  readonly byCode: Readonly<Record<string, number>>
}

/** The tenants of an operation, as their step has come so far. */
export interface CountedTenants extends TenantCounts {
  readonly pace?: TenantPace
  /** Whether one more round would find somebody to bring forward; absent means that nobody has looked. */
  readonly isAnyBehind?: boolean
}

/** The answer of the query `status`. */
export interface OperationProgress {
  /** The idempotency key. */
  readonly operationId: string
  /** Where it stands; the same words as in the catalog. */
  readonly status: OperationStatus
  /** The step that is at work; null in between. */
  readonly step: StepKey | 'turn' | null
  /** Of the plan of this attempt; null until it is planned. */
  readonly planHash: string | null
  /** How many tenants are in which state. */
  readonly tenants: TenantCounts | null
  /** Failed targets with their reasons; some of them where there are many. */
  readonly problems: readonly TargetProblem[]
  /** The operation in front; null where there is none. */
  readonly waitsFor: Turn['waitsFor']
  /** Whether nothing new is begun until it is resumed. */
  readonly paused: boolean
  /** The wave at work, from 1, and how many there are; null for an operation without waves. */
  readonly wave: { readonly number: number; readonly of: number; readonly soaking: boolean } | null
  /** How fast tenants are done; null where no tenant is at work. */
  readonly pace: TenantPace | null
  /** Why the last Signal that made no sense was ignored. */
  readonly refused: string | null
}

/** The Update and the Signal `repair`: what a person decides about an operation that needs repair. */
export interface RepairRequest {
  /**
   * `retry` what failed; `park` the failed tenants; `compensate` everything; `accept` targets whose undo did not
   * succeed, as they are.
   */
  readonly action: 'retry' | 'park' | 'compensate' | 'accept'
  /** Why, for the audit; at most 2,000 characters. */
  readonly note?: string
  /** Who decided, for the audit. */
  readonly actor?: string
}

/** What every Update carries: who, and why. */
export interface ControlRequest {
  /** Why, for the audit; at most 2,000 characters. */
  readonly reason?: string
  /** Who asked for it, for the audit. */
  readonly actor?: string
}

/** The Update `abort`: undo what was done so far, and end as cancelled. */
export type AbortRequest = ControlRequest

/** The Update `skipTenant`: leave one tenant behind, parked by a person. */
export interface SkipTenantRequest extends ControlRequest {
  /** The id of the tenant. */
  readonly tenant: string
}

/** The Update `retryTenants` of a held operation: those named, or all that failed. */
export interface RetryTenantsRequest extends ControlRequest {
  /** Ids of tenants, at most 1,000; absent: all that failed. */
  readonly tenants?: readonly string[]
}

/** The Update `setParallelism`. */
export interface SetParallelismRequest extends ControlRequest {
  /** Tenants at once over all servers, 1 to 1,000. */
  readonly parallel: number
}

/** What a cohort is told while it works: to pause, and how many tenants at once. */
export interface CohortControl {
  readonly paused: boolean
  readonly window: number
}

/** The Update that undoes everything and ends as cancelled; takes an `AbortRequest`. */
export const UPDATE_ABORT = 'abort'

/** The Update after which nothing new is begun; takes a `ControlRequest`. */
export const UPDATE_PAUSE = 'pause'

/** The Update that ends a pause; takes a `ControlRequest`. */
export const UPDATE_RESUME = 'resume'

/** The Update that leaves one tenant behind; takes a `SkipTenantRequest`. */
export const UPDATE_SKIP_TENANT = 'skipTenant'

/** The Update that tries tenants of a held operation again; takes a `RetryTenantsRequest`. */
export const UPDATE_RETRY_TENANTS = 'retryTenants'

/** The Update that changes how many tenants are worked on at once; takes a `SetParallelismRequest`. */
export const UPDATE_SET_PARALLELISM = 'setParallelism'

/** An Update and a Signal: the Signal can be sent from the Web UI, the Update says what became of it. */
export const UPDATE_REPAIR = 'repair'

/** The Update that ends the pause after a wave; takes a `ControlRequest`. */
export const UPDATE_PROMOTE_WAVE = 'promoteWave'

/** The Query that answers with an `OperationProgress`. */
export const QUERY_STATUS = 'status'

/** The Signal with a `RepairRequest`; it has no answer, what was ignored is in the document. */
export const SIGNAL_REPAIR = 'repair'

/** Says that the turn of the project may have come. */
export const SIGNAL_TURN = 'turn'

export const SIGNAL_CONTROL = 'control'
