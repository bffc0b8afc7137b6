/** What the workflow of an operation and its activities tell each other about the operation and its steps. */
import type { Turn } from './messages.ts'
import type { OutcomePolicy, StepKey, StepState } from './states.ts'
import type { OperationOptions } from './submission.ts'
import type { Target } from './targets.ts'

/** What the first activity found out. */
export interface OpenedOperation {
  readonly type: string
  readonly attempt: number
  /** Counts the runs of this operation's workflow; part of the children's ids. */
  readonly start: number
  readonly options: OperationOptions
  readonly base: Target | null
  /** One line for the Web UI, for example `add_field food.price`. */
  readonly summary: string
  /** Where an earlier run stopped, when there was one that had got anywhere. */
  readonly resumed?: ResumedOperation
  readonly paused?: boolean
  /** Failed and parked tenants at which a wave was halted last: those that a person has decided about. */
  readonly haltedAt?: number
  /** The first answer to who may write; absent for an operation that needs no turn. */
  readonly turn?: Turn
  /** How long the cache may be away before a person is asked for, in ms. */
  readonly cacheAlarmAfterMs?: number
  /** Whether the embedder's hook is asked before somebody steers the operation; absent means no. */
  readonly authorizes?: boolean
  /** Whether the tenants are those of the embedder's list, which is asked for before and after; absent means no. */
  readonly syncsTenants?: boolean
  /** Whether planning runs SQL on the base, to prove it; absent means no. */
  readonly proves?: boolean
}

/** What a run needs to go on where an earlier one stopped, in the direction that the ledger says. */
export interface ResumedOperation {
  /**
   * `forward`: it was being applied. `held`: it waits for a person to say how to go on. `undo`: it is being undone.
   * `repair`: its undo did not succeed and waits for a person. `durable`: the schema is persisted.
   */
  readonly from: 'forward' | 'held' | 'undo' | 'repair' | 'durable'
  /** Null before there is one. */
  readonly plan: PlannedOperation | null
  readonly preflighted: boolean
  /** Of the base's work, if that was begun. */
  readonly baseEpoch: number | null
  /** Why it is held or undone. */
  readonly reason: { readonly type: string; readonly code: string; readonly message: string } | null
  readonly endsAs: 'failed' | 'cancelled'
}

/** The plan as history shows it: the SQL once, capped, with the hash for the rest. */
export interface PlannedOperation {
  readonly hash: string
  readonly baseRevision: number
  readonly nextRevision: number
  readonly unchanged: boolean
  readonly tenants: number
  readonly forwardSql: readonly string[]
  readonly compensationSql: readonly string[]
  readonly sqlLeftOut: number
  /** Hazards that are left out here, as the SQL is; absent where none is. */
  readonly hazardsLeftOut?: number
  /** Whether there is something to remove on the targets once the schema is durable; absent means no. */
  readonly settles?: boolean
  readonly hazards: readonly { readonly name: string; readonly detail: string }[]
  /** Absent means no. */
  readonly sweeps?: boolean
  readonly policy?: OutcomePolicy
  /** How many waves the tenants are parted in; absent or 0: none. */
  readonly waves?: number
  /** Whether nothing leads back from it, so that it is never undone; absent means no. */
  readonly noWayBack?: boolean
}

export interface StepRecord {
  readonly operationId: string
  readonly key: StepKey
  /** Empty for the aggregate and for the base. */
  readonly scope: string
  readonly state: StepState
  readonly error?: string
  readonly errorCode?: string
  /** Of work on a target; a report of another epoch comes too late and is left out. */
  readonly epoch?: number
}

/** What an activity says that has written the record of its step itself. */
export interface OwnRecord {
  /** The step is on record as succeeded; absent where its workflow is to record that. */
  readonly recorded?: boolean
}

export interface PersistOutcome {
  readonly persisted: boolean
  /** Active tenants that are not at the new revision yet; the closing sweep runs again when there are any. */
  readonly behind: number
  /** The turn was given back together with the schema, because there is nothing to settle; `next` is the workflow to wake. */
  readonly turn?: { readonly next: string | null }
  /** The cache was refreshed as well, and its step is on record as succeeded; absent where that is still to be done. */
  readonly published?: boolean
}

export interface CloseOperation {
  readonly operationId: string
  readonly status: 'committed' | 'failed' | 'cancelled'
  readonly unchanged?: boolean
  readonly error?: string
  readonly errorCode?: string
}
