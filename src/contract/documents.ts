/** The ledger as people read it. */
import type { TenantCounts } from './messages.ts'
import type { OperationStatus, StepKey, StepState } from './states.ts'

/** One record of the ledger; `scope` empty is the aggregate (or the base). Times are ISO 8601 UTC. */
export interface StepDocument {
  readonly key: StepKey
  readonly scope: string
  readonly state: StepState
  readonly error: string | null
  readonly error_code: string | null
  readonly tries: number
  readonly started_at: string | null
  readonly ended_at: string | null
}

/** Work of an operation that has failed and is tried again, by the name of its activity. */
export interface WaitsOn {
  readonly work: string
  readonly tries: number
  readonly error_code: string
  readonly error: string
}

/** A decision that made no sense, and was ignored. */
export interface Refusal {
  readonly at: string
  readonly actor: string
  readonly text: string
}

/** What `apply --json` and `operation show --json` print under `operation`; keys never disappear. */
export interface OperationDocument {
  readonly id: string
  readonly project: string
  readonly type: string
  readonly status: OperationStatus
  readonly attempt: number
  readonly base_revision: number | null
  readonly revision: number | null
  readonly plan_hash: string | null
  readonly workflow_id: string
  readonly actor: string
  readonly error: string | null
  readonly error_code: string | null
  readonly unchanged: boolean
  readonly paused: boolean
  /** The operation in front of this one, its status, and since when that is at work. */
  readonly waits_for: string | null
  readonly waits_for_status: OperationStatus | null
  readonly waits_since: string | null
  readonly submitted_at: string
  readonly started_at: string | null
  readonly ended_at: string | null
  readonly request: unknown
  readonly steps: readonly Omit<StepDocument, 'scope'>[]
  readonly tenants: TenantCounts
  /** Targets that a person took as they are, although their undo did not succeed. */
  readonly accepted: number
  readonly problems: readonly {
    readonly tenant: string
    readonly state: StepState
    readonly error_code: string | null
    readonly error: string | null
  }[]
  readonly problems_left_out: number
  /** The last decision that was ignored; null once the operation is final. */
  readonly refused: Refusal | null
  /** What it is trying again; null where nothing fails, or where Temporal was not asked. */
  readonly waits_on: WaitsOn | null
}
