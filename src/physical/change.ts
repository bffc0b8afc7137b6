/** What a change kind is (one file in `changes/`): its effect on the model of a target, its inverse and its SQL. */
import type { Change as AnyChange } from './changes/index.ts'
import type { PhysicalSchema } from './schema.ts'

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
}

/** Something about a change that a person should know before it runs. */
export interface Hazard {
  /** A stable name in capitals, for `--allow`. */
  readonly name: string
  readonly detail: string
}

/** One kind: everything that is known about it, in one place. */
export interface ChangeKind<Change extends { readonly kind: string }> {
  readonly kind: Change['kind']
  /** The strongest lock that it takes on a table that is in use; held for a moment only where `scans` is true. */
  readonly lock: 'ACCESS EXCLUSIVE' | 'SHARE ROW EXCLUSIVE' | 'SHARE UPDATE EXCLUSIVE' | 'ROW EXCLUSIVE'
  /** Whether it reads the rows of the table. */
  readonly scans: boolean
  /** The schema after the change; throws when the schema is not one that the change fits. */
  readonly apply: (schema: PhysicalSchema, change: Change) => PhysicalSchema
  /** The change that takes it back, given the schema before it. */
  readonly invert: (before: PhysicalSchema, change: Change) => AnyChange
  readonly toSql: (change: Change) => readonly Step[]
  /**
   * The same as an undo, when that differs: in one transaction, and never failing because of rows written meanwhile.
   */
  readonly toUndoSql?: (change: Change) => readonly Step[]
  readonly hazards: (change: Change) => readonly Hazard[]
  /** Tables that must exist and look as expected on a target before the change. */
  readonly touches: (change: Change) => readonly string[]
}
