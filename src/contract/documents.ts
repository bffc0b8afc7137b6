/** The ledger as people read it. */
import type { TenantCounts } from './messages.ts'
import type { OperationStatus, StepKey, StepState } from './states.ts'

/** One record of the ledger; `scope` empty is the aggregate (or the base). Times are ISO 8601 UTC. */
export interface StepDocument {
  /** Which step of the operation. */
  readonly key: StepKey
  /** The tenant; empty for the base and for a step as a whole. */
  readonly scope: string
  /** How the step stands. */
  readonly state: StepState
  /** Why it failed or was parked, in a sentence; else null. */
  readonly error: string | null
  /** The code of `error`: one of docs/errors.md. */
  readonly error_code: string | null
  /** How often it was begun. */
  readonly tries: number
  /** When it was begun last; null until then. */
  readonly started_at: string | null
  /** When it ended; null until then. */
  readonly ended_at: string | null
}

/** Work of an operation that has failed and is tried again, by the name of its activity. */
export interface WaitsOn {
  /** The name of the activity; or that it is the workflow itself, one of its tasks, one of its steps, or the time between waves. */
  readonly work: string
  /** How often it was tried so far; 0 where nobody works on it. */
  readonly tries: number
  /** The code of the last failure: one of docs/errors.md. */
  readonly error_code: string
  /** The last failure, in a sentence. */
  readonly error: string
  /** What to do about it. */
  readonly advice: string
}

/** A decision that made no sense, and was ignored. */
export interface Refusal {
  /** When it came, ISO 8601 UTC. */
  readonly at: string
  /** Who sent it. */
  readonly actor: string
  /** Why it was ignored, in a sentence. */
  readonly text: string
}

/** What `apply --json` and `operation show --json` print under `operation`; keys never disappear. */
export interface OperationDocument {
  /** The idempotency key: the same id is the same operation. */
  readonly id: string
  /** The id of its project. */
  readonly project: string
  /** The type of its mutation, or `revert`. */
  readonly type: string
  /** Where it stands; final are `committed`, `failed` and `cancelled`. */
  readonly status: OperationStatus
  /** From 1; `operation retry` begins the next one. */
  readonly attempt: number
  /** The revision that it was planned for; null until it is planned. */
  readonly base_revision: number | null
  /** The revision that it made; null until it is durable. */
  readonly revision: number | null
  /** Of the plan of this attempt; null until it is planned, and where the plan was refused. */
  readonly plan_hash: string | null
  /** By which Temporal knows it. */
  readonly workflow_id: string
  /** Who submitted it. */
  readonly actor: string
  /** Why it failed, was cancelled or waits for a person, in a sentence; else null. */
  readonly error: string | null
  /** The code of `error`: one of docs/errors.md. */
  readonly error_code: string | null
  /** Whether there was nothing to change. */
  readonly unchanged: boolean
  /** Whether nothing new is begun until `operation resume`. */
  readonly paused: boolean
  /** The operation in front of this one, or what else has the turn of the project, such as a repair of drift. */
  readonly waits_for: string | null
  /** The status of the operation in front; null where it is none. */
  readonly waits_for_status: OperationStatus | null
  /** Since when the operation in front is at work. */
  readonly waits_since: string | null
  /** ISO 8601 UTC, like every time here. */
  readonly submitted_at: string
  /** When its turn came; null until then. */
  readonly started_at: string | null
  /** When it became final; null until then. */
  readonly ended_at: string | null
  /** The mutation as it was submitted. */
  readonly request: unknown
  /** Its steps in the order in which they began, without those of single tenants. */
  readonly steps: readonly Omit<StepDocument, 'scope'>[]
  /** How many tenants are in which state. */
  readonly tenants: TenantCounts
  /** Targets that a person took as they are, although their undo did not succeed. */
  readonly accepted: number
  /** Failed and parked targets with their reasons, at most 100. */
  readonly problems: readonly {
    readonly tenant: string
    readonly state: StepState
    readonly error_code: string | null
    readonly error: string | null
  }[]
  /** How many more there are. */
  readonly problems_left_out: number
  /** What its plan keeps out of sight instead of dropping it: a table, or `table.column`, by their names before it. */
  readonly set_aside: readonly string[]
  /** The last decision that was ignored; null once the operation is final. */
  readonly refused: Refusal | null
  /** What it is trying again, or what nobody does; null where nothing fails, or where Temporal was not asked. */
  readonly waits_on: WaitsOn | null
}
