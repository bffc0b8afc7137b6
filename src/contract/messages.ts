/** What is sent to an operation, and what it answers. */
import type { OperationStatus, OutcomePolicy, StepKey } from './states.ts'
import type { TargetProblem } from './targets.ts'

/** Choices of the person who submits; all have defaults. */
export interface OperationOptions {
  readonly onTenantFailure?: OutcomePolicy
  /** Tenants that may be parked before the operation falls back to `compensate`: a number, or `5%` of all. */
  readonly maxParked?: number | string
  /** How tenants are reached: `auto` sweeps fleets above the project's `sweep_threshold`, and small ones get children. */
  readonly fanOut?: 'auto' | 'children' | 'sweep'
  /** Tenants of the first wave. */
  readonly canary?: readonly string[]
  /** Further waves: how many percent of all tenants are changed when each ends; ascending, the last one is 100. */
  readonly waves?: readonly number[]
  /** Pause after each wave but the last, in ms; `promoteWave` ends it. */
  readonly soakMs?: number
  /** Failed and parked tenants at which a wave halts the operation: a number, or `1%` of those begun. */
  readonly haltAt?: number | string
  /** Tenants worked on at once, over all servers; default: each server's `max_sessions`. */
  readonly parallel?: number
  /** Refuse (`PLAN_CHANGED`) unless the plan has this hash. */
  readonly planHash?: string
  /** Tells the hooks of the worker that replicas are to be flushed; it changes nothing else. */
  readonly physicalDDLRequired?: boolean
}

/** The input of `applySchemaMutation`, which any Temporal client may send; parsed by the first activity. */
export interface ApplySchemaMutationInput {
  readonly project: string
  readonly operationId: string
  readonly mutation: unknown
  readonly options?: OperationOptions
  readonly actor?: string
  /** For one more attempt at an operation that failed or was cancelled: the number of the attempt that it follows. */
  readonly retryOf?: number
}

/** Whose turn it is; `waitsFor` names the operation in front. */
export interface Turn {
  readonly taken: boolean
  readonly waitsFor: { readonly operationId: string; readonly status: OperationStatus; readonly since: string } | null
}

/** How many tenants are in which state of this operation. */
export interface TenantCounts {
  readonly total: number
  readonly succeeded: number
  readonly skipped: number
  readonly failed: number
  readonly parked: number
  readonly compensated: number
  readonly running: number
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
  readonly operationId: string
  readonly status: OperationStatus
  readonly step: StepKey | 'turn' | null
  readonly planHash: string | null
  readonly tenants: TenantCounts | null
  readonly problems: readonly TargetProblem[]
  readonly waitsFor: Turn['waitsFor']
  readonly paused: boolean
  /** The wave at work, from 1, and how many there are; null for an operation without waves. */
  readonly wave: { readonly number: number; readonly of: number; readonly soaking: boolean } | null
  readonly pace: TenantPace | null
  /** Why the last Signal that made no sense was ignored. */
  readonly refused: string | null
}

/** The Update and the Signal `repair`: what a person decides about an operation that needs repair. */
export interface RepairRequest {
  readonly action: 'retry' | 'park' | 'compensate' | 'accept'
  readonly note?: string
  readonly actor?: string
}

/** What every Update carries: who, and why. */
export interface ControlRequest {
  readonly reason?: string
  readonly actor?: string
}

/** The Update `abort`: undo what was done so far, and end as cancelled. */
export type AbortRequest = ControlRequest

/** The Update `skipTenant`: leave one tenant behind, parked by a person. */
export interface SkipTenantRequest extends ControlRequest {
  readonly tenant: string
}

/** The Update `retryTenants` of a held operation: those named, or all that failed. */
export interface RetryTenantsRequest extends ControlRequest {
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

export const UPDATE_ABORT = 'abort'

export const UPDATE_PAUSE = 'pause'

export const UPDATE_RESUME = 'resume'

export const UPDATE_SKIP_TENANT = 'skipTenant'

export const UPDATE_RETRY_TENANTS = 'retryTenants'

export const UPDATE_SET_PARALLELISM = 'setParallelism'

/** An Update and a Signal: the Signal can be sent from the Web UI, the Update says what became of it. */
export const UPDATE_REPAIR = 'repair'

export const UPDATE_PROMOTE_WAVE = 'promoteWave'

export const QUERY_STATUS = 'status'

export const SIGNAL_REPAIR = 'repair'

export const SIGNAL_TURN = 'turn'

export const SIGNAL_CONTROL = 'control'
