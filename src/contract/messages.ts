/** What is sent to an operation, and what it answers. */
import type { OperationStatus, OutcomePolicy, StepKey } from './states.ts'
import type { TargetProblem } from './targets.ts'

/** Choices of the person who submits; all have defaults. */
export interface OperationOptions {
  readonly onTenantFailure?: OutcomePolicy
  /** Tenants worked on at once, over all servers; default: each server's `max_sessions`. */
  readonly parallel?: number
  /** Refuse (`PLAN_CHANGED`) unless the plan has this hash. */
  readonly planHash?: string
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

/** The answer of the query `status`. */
export interface OperationProgress {
  readonly operationId: string
  readonly status: OperationStatus
  readonly step: StepKey | 'turn' | null
  readonly planHash: string | null
  readonly tenants: TenantCounts | null
  readonly problems: readonly TargetProblem[]
  readonly waitsFor: Turn['waitsFor']
}

/** The signal `repair`: what a person decides about an operation that needs repair. */
export interface RepairRequest {
  readonly action: 'retry' | 'park' | 'compensate' | 'accept'
  readonly note?: string
  readonly actor?: string
}

/** The Update `abort`: undo what was done so far, and end as cancelled. */
export interface AbortRequest {
  readonly reason?: string
  readonly actor?: string
}

export const UPDATE_ABORT = 'abort'

export const QUERY_STATUS = 'status'

export const SIGNAL_REPAIR = 'repair'

export const SIGNAL_TURN = 'turn'
