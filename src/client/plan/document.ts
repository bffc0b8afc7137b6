/** What a mutation would do, as people and programs read it. */
import type { CodeFinding, FiredTrigger, ProofDocument, ShownStage } from '../../contract.ts'

/**
 * One change of the tables. Besides these keys it has what its kind consists of, for people who look closely: that may
 * differ from one release to the next.
 */
export interface PlannedChange {
  /** Which kind of change: `addColumn`, `setNotNull` and so on. */
  readonly kind: string
  /** The table, and what is changed on it: `food`, `food.price`, `food.price, food.size`. */
  readonly alters: string
  /** Whether it runs in transactions only; index builds and backfills do not. */
  readonly transactional: boolean
  /** The strongest lock that it takes on a table that is in use. */
  readonly lock: string
  /** Whether it reads the rows of the table. */
  readonly scans_table: boolean
  /** Whether it writes rows, in batches. */
  readonly touches_rows: boolean
  readonly [part: string]: unknown
}

/** What `plan --json` prints under `plan`. */
export interface PlanDocument {
  /** The revision that it is planned for. */
  readonly base_revision: number
  /** The revision that it would make. */
  readonly next_revision: number
  /** What `--plan-hash` compares. */
  readonly hash: string
  /** Whether there is nothing to change. */
  readonly unchanged: boolean
  /** In the order in which they run. */
  readonly changes: readonly PlannedChange[]
  /** The SQL by stages; `:"ns"` and `:'ns'` stand for the namespace, as in psql. */
  readonly forward: readonly ShownStage[]
  /** The undo of the stage with the same number. */
  readonly compensation: readonly ShownStage[]
  /**
   * Whether a text was given that undoes a change by SQL; null for a mutation of models, which always has its undo. Either is
   * proven on the base when it is applied; where none was given, one is written if the change only adds objects, drops indexes
   * concurrently, or sets aside what it drops.
   */
  readonly way_back: 'given' | 'not given' | null
  /** What its proof on the base has shown; null where none was asked for, and where there is nothing to change. */
  readonly proof: ProofDocument | null
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
  /** How many more there are. */
  readonly code_left_out: number
  /** Triggers of the application that the batches of the plan, or of its undo, fire; at most 50. */
  readonly triggers: readonly FiredTrigger[]
  /** How many more there are. */
  readonly triggers_left_out: number
  /** The look behind `code` and `triggers`; null where the plan gives no reason for one. */
  readonly looked_at: {
    readonly targets: number
    readonly unreachable: number
    /** Why nothing is known of some targets, or of all, in words. */
    readonly problem: string | null
  } | null
  /** The base and the tenants: those to change, those that have nothing to do, those parked or suspended. */
  readonly targets: {
    readonly total: number
    readonly to_do: number
    readonly done: number
    readonly blocked: number
  }
}
