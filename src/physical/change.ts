/** What a change kind is (one file in `changes/`): its effect on the model of a target, its inverse and its SQL. */
import type { Change as AnyChange } from './changes/index.ts'
import type { Undone } from './changes/undone.ts'
import type { Expression } from './expressions/expression.ts'
import type { Naming, OneName } from './naming.ts'
import type { ChangeNeeds } from './needs.ts'
import type { Leniency } from './plan/plan.ts'
import type { Remembered } from './remembered.ts'
import type { PhysicalSchema } from './schema.ts'

/** The locks that changes take on tables. */
export type Lock = 'ACCESS EXCLUSIVE' | 'SHARE ROW EXCLUSIVE' | 'SHARE UPDATE EXCLUSIVE' | 'ROW EXCLUSIVE'

/** A part of a change as it runs on a target. */
export interface Step {
  /**
   * `transaction`: may share a transaction with its neighbours; `statement`: must run alone, outside one;
   * `backfill`: one batch of rows in its own short transaction, repeated until a batch comes up short.
   */
  readonly kind: 'transaction' | 'statement' | 'backfill'
  /** With `:"ns"` (identifier) and `:'ns'` (literal) where the namespace belongs, so that psql can run it. */
  readonly sql: string
  /** For `transaction` steps: in a transaction of its own, because what it waits for must not hold others' locks. */
  readonly alone?: boolean
  /** For `statement` steps: the index they build or drop, so that a repeated try can see how far an earlier one came. */
  readonly index?: string
  /** For an index that may be there already, as part of what came back: then there is nothing to build. */
  readonly adopts?: true
  /** For `statement` and `backfill`: rows that stand in the way do not end it; it goes on, and they are noted. */
  readonly lenient?: Leniency
  /** For a `backfill`: nothing to do on a target that has not got this column. */
  readonly only?: { readonly table: string; readonly column: string }
  /** For a `backfill`: the rows that it writes, which fire triggers; `columns` are those that it sets. */
  readonly writes?: { readonly table: string; readonly columns: readonly string[] }
  /** How strongly it locks, when that differs from what its change says. */
  readonly lock?: Lock
  /** The tables that it locks as strongly as its change says, when these are not all that the change locks. */
  readonly locks?: readonly string[]
}

/** Something about a change that a person should know before it runs. */
export interface Hazard {
  /** A stable name in capitals. */
  readonly name: string
  readonly detail: string
}

/** What a column holds in every row. */
export interface HeldValue {
  readonly table: string
  readonly column: string
  readonly value: Expression
}

/** One kind: everything that is known about it, in one place. */
export interface ChangeKind<Change extends { readonly kind: string }> {
  readonly kind: Change['kind']
  /** The strongest lock that it takes on a table that is in use; held for a moment only where `scans` is true. */
  readonly lock: Lock
  /** Whether it reads the rows of the table. */
  readonly scans: boolean
  /** The schema after the change; throws when the schema is not one that the change fits. */
  readonly apply: (schema: PhysicalSchema, change: Change) => PhysicalSchema
  /** The change that takes it back, given the schema before it. */
  readonly invert: (before: PhysicalSchema, change: Change) => AnyChange
  readonly toSql: (change: Change) => readonly Step[]
  /**
   * The same as an undo, when that differs: never failing because of rows written meanwhile, nor of how far it had come.
   */
  readonly toUndoSql?: (change: Change) => readonly Step[]
  /** What it does to names; whoever follows a table, a column or a part through changes asks this. */
  readonly names: (change: Change) => Naming
  /** The one name that it gives to another thing, or takes off, and nothing else; null of every change that does more, or none of it. */
  readonly about: (change: Change) => OneName | null
  /** What others look for among changes, because they bring it back, follow it or end it. */
  readonly remembered: (change: Change) => Remembered
  /** What it needs of a target. */
  readonly needs: (change: Change) => ChangeNeeds
  /** What columns hold when it is done, in terms of the row before it: data checks look through it. */
  readonly holds: (change: Change) => readonly HeldValue[]
  /** How it is done as a part of an undo. */
  readonly undone: (change: Change) => Undone
  readonly hazards: (change: Change) => readonly Hazard[]
  /** Tables that must exist and look as expected on a target before the change. */
  readonly touches: (change: Change) => readonly string[]
  /** Those that it locks, when these are not the ones that it touches. */
  readonly locks?: (change: Change) => readonly string[]
}
