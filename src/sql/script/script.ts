/** A text of SQL as it runs on targets: cut into stages, with what the grammar alone tells of each statement. */
import type { GappedSql } from '../takeOff.ts'

/** One direction of a change by SQL. */
export interface Script {
  /** In the order in which they run; none for a text that holds nothing but comments. */
  readonly stages: readonly ScriptStage[]
}

/** What is committed together with its marker. */
export interface ScriptStage {
  /**
   * `transaction`: statements that share one. `index`: one `CREATE` or `DROP INDEX CONCURRENTLY`. `alone`: one other
   * statement that takes no part in transactions (`VACUUM`, `REINDEX CONCURRENTLY`, `DETACH PARTITION CONCURRENTLY`).
   * `batch`: one `UPDATE` or `DELETE` that runs by key, in short transactions.
   */
  readonly kind: 'transaction' | 'index' | 'alone' | 'batch'
  readonly statements: readonly ScriptStatement[]
  readonly index?: ScriptIndex
  /** Of an `index` stage without a statement: the base knows it, which is asked in the proof. */
  readonly fromBase?: true
  readonly batch?: ScriptBatch
  readonly alone?: AloneKind
  /** Of `index` and `alone`: the relations of the namespace that it needs, without quotes; of one that detaches, the table and its partition. */
  readonly names?: readonly string[]
}

/** What an `alone` stage does. */
export type AloneKind = 'vacuum' | 'reindex an index' | 'reindex a table' | 'detach'

/** What an `index` stage is about. */
export interface ScriptIndex {
  readonly name: string
  /** Whether it is there afterwards. */
  readonly builds: boolean
  /** Whether it may be so already (`IF NOT EXISTS`, `IF EXISTS`); an invalid one is built anew all the same. */
  readonly mayBe?: true
  /** Of one that is built: the table whose rows may share no values in it. */
  readonly uniqueOn?: string
}

/** What runs by key, in parts of its rows. */
export interface ScriptBatch {
  readonly table: string
  /** How many rows at once, where the text says so. */
  readonly size: number | null
  /** `UPDATE t SET ...` or `DELETE FROM t`, up to its WHERE. */
  readonly head: GappedSql
  /** What is behind WHERE; null without one. Columns may be qualified by the name of the table. */
  readonly condition: GappedSql | null
  /** The columns that it assigns to: none of them may be in the key, which no text tells. */
  readonly columns: readonly string[]
}

/** One statement, written for whatever namespace it runs in. */
export interface ScriptStatement {
  readonly sql: GappedSql
  /** The same as it runs within a transaction, for the proof: without `CONCURRENTLY`. `VACUUM` has no such form. */
  readonly plain: GappedSql
  /** The name of its node: `CreateStmt`, `AlterTableStmt`. */
  readonly kind: string
  /** For messages: `0042.sql, line 3, column 1`. */
  readonly place: string
  /** Whether it executes functions or reads and writes rows, so that its session serves no other namespace. */
  readonly runsCode: boolean
  /** Whether it may write rows of tables that were there before, as far as the grammar tells. */
  readonly writesRows: boolean
  /** Of one that keeps what the text drops, or brings it back. */
  readonly aside?: ScriptAside
}

/** A table, or a column of one, that a text drops and that is kept out of sight instead. */
export interface AsideTarget {
  readonly kind: 'table' | 'column'
  readonly table: string
  /** Null for a table. */
  readonly column: string | null
}

/** What a statement does with it, and what the text says there itself. */
export interface ScriptAside extends AsideTarget {
  /** `skip`: it is a part of what comes back, so that nothing is left to do. */
  readonly does: 'hide' | 'restore' | 'skip'
  readonly asideName: string
  /** Itself and its sequences while they are hidden, as footprints call them. */
  readonly meanwhile: readonly string[]
  /** The text's own: the drop, or what makes the object anew where none was hidden; null where nothing does. */
  readonly instead: readonly ScriptStatement[] | null
  /** Behind a `restore`: rules that went, which rows written meanwhile may forbid. */
  readonly behind?: readonly ScriptStatement[]
  /** Another operation has hidden it, which this one takes back. */
  readonly revives?: true
}
