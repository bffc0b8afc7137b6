/** What a mutation would do, as people and programs read it. */
import type { CodeFinding, FiredTrigger } from '../../contract.ts'

/**
 * One change of the tables. Besides these keys it has what its kind consists of, for people who look closely: that may
 * differ from one release to the next.
 */
export interface PlannedChange {
  readonly kind: string
  /** The table, and what is changed on it: `food`, `food.price`, `food.price, food.size`. */
  readonly alters: string
  /** Whether it runs in transactions only; index builds and backfills do not. */
  readonly transactional: boolean
  /** The strongest lock that it takes on a table that is in use. */
  readonly lock: string
  readonly scans_table: boolean
  readonly touches_rows: boolean
  readonly [part: string]: unknown
}

/** What `plan --json` prints under `plan`. */
export interface PlanDocument {
  readonly base_revision: number
  readonly next_revision: number
  readonly hash: string
  readonly unchanged: boolean
  readonly changes: readonly PlannedChange[]
  readonly forward: readonly { readonly stage: number; readonly kind: string; readonly sql: readonly string[] }[]
  readonly compensation: readonly { readonly stage: number; readonly kind: string; readonly sql: readonly string[] }[]
  /** Statements that run on every target once the schema is durable. */
  readonly settle: readonly string[]
  /** Questions to the rows of every target, asked before anything is changed: each finds the rows that forbid the plan. */
  readonly checks: readonly {
    readonly table: string
    readonly counts: 'row' | 'view'
    readonly what: string
    readonly sql: string
  }[]
  /** Those of the application's own code included, as far as the targets were looked at. */
  readonly hazards: readonly { readonly name: string; readonly detail: string }[]
  /** Functions whose text names what the plan renames, replaces or hides, each also a hazard; at most 50. */
  readonly code: readonly CodeFinding[]
  readonly code_left_out: number
  /** Triggers of the application that the batches of the plan, or of its undo, fire; at most 50. */
  readonly triggers: readonly FiredTrigger[]
  readonly triggers_left_out: number
  /** The look behind `code` and `triggers`; null where the plan gives no reason for one. */
  readonly looked_at: {
    readonly targets: number
    readonly unreachable: number
    /** Why nothing is known of some targets, or of all, in words. */
    readonly problem: string | null
  } | null
  readonly targets: {
    readonly total: number
    readonly to_do: number
    readonly done: number
    readonly blocked: number
  }
}
