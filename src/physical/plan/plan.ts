/** What a mutation becomes for one project at one revision: pure data, printable, hashed, the same on every target. */
import type { LogicalSchema } from '../../logical/schema.ts'
import type { ScriptStep, SqlChange } from '../../sql/change/sqlChange.ts'
import type { AloneKind, ScriptBatch } from '../../sql/script/script.ts'
import type { Hazard } from '../change.ts'
import type { Change } from '../changes/index.ts'
import type { Batches } from './applicationCode.ts'
import type { PlannedCheck } from './checks.ts'

export type { KeptRow, KeptRows, KeptTool } from '../../sql/change/keptRows.ts'

/** One part of a plan as it runs on a target; numbered from 1. One of an undo bears the number of the stage that it undoes. */
export interface Stage {
  readonly stage: number
  readonly kind: 'transaction' | 'statement' | 'backfill' | 'script' | 'batch'
  /** Empty for a `script`; of a `batch`, how it runs on each target, whose key no plan knows. */
  readonly sql: readonly string[]
  /** Statements that people wrote, which share a transaction with their marker; names in them are found in the namespace. */
  readonly script?: readonly ScriptStep[]
  /** The one statement of a `batch`, which runs by the primary key in short transactions, and is the one of its `script`. */
  readonly batch?: ScriptBatch
  /** Of a `statement` that people wrote, whose names are found in the namespace: the others in which they are found as well. */
  readonly inNamespace?: readonly string[]
  /** Of a `statement` that people wrote: the relations of the namespace that it needs, without quotes. */
  readonly names?: readonly string[]
  /** What it does, where it neither builds nor drops an index. */
  readonly alone?: AloneKind
  /**
   * For a `transaction` stage of several statements or tables: statements that take its locks on the tables which are
   * there, by name, before any other work. Absent where the one statement takes its lock first anyway.
   */
  readonly locks?: readonly string[]
  /** Whether a `transaction` stage reads all rows of a table, under a lock that lets writers pass; it may take long. */
  readonly validates: boolean
  /** The index a `statement` stage builds or drops. */
  readonly index: string | null
  /** Whether a `statement` stage may find the index that it builds, as part of what came back. */
  readonly adopts?: true
  /** For a stage that brings back a rule: rows that break it do not end the stage. */
  readonly lenient?: Leniency
  /** A `backfill` stage has nothing to do on a target without this column. */
  readonly only?: { readonly table: string; readonly column: string }
  /** Objects this stage sets aside (forward) or makes at risk of being set aside (compensation). */
  readonly asides: readonly AsideEntry[]
}

/** What is noted on a target as drift when rows keep a rule from coming back. */
export interface Leniency {
  readonly object: string
  readonly what: string
  readonly table: string
  /** Over the row `t`: which rows these are. */
  readonly condition: string
  /** For a `backfill`: a batch that leaves its rows alone, to get past one that cannot be written. */
  readonly skip?: string
}

/** A row of the target's `set_aside` table. */
export interface AsideEntry {
  readonly kind: 'table' | 'column'
  readonly table: string
  /** Null for a table. */
  readonly column: string | null
  readonly asideName: string
}

/**
 * The whole plan. The parts of `compensation` that bear the number of a stage undo it, in their order; the stages are undone
 * from the last to the first.
 */
export interface Plan {
  /** Absent in plans of 0.4, in which the undo of a stage is always one part. */
  readonly format?: 2
  readonly baseRevision: number
  readonly nextRevision: number
  readonly schemaHash: string
  readonly nextSchemaHash: string
  readonly nextSchema: LogicalSchema
  readonly hash: string
  readonly unchanged: boolean
  readonly changes: readonly Change[]
  readonly forward: readonly Stage[]
  readonly compensation: readonly Stage[]
  /** What is left to remove once nobody can go back: the triggers of syncs. Harmless when repeated. */
  readonly settle: readonly string[]
  /** Questions to the rows of a target, asked by preflight. */
  readonly checks: readonly PlannedCheck[]
  readonly hazards: readonly Hazard[]
  /** Tables of which preflight checks that they look as this plan expects. */
  readonly touches: readonly string[]
  /** Tables whose rows it reads or writes, in either direction; plans of 0.4 do not say. */
  readonly rows?: readonly string[]
  /** The batches that fire triggers of the application; plans of 0.4 do not say. */
  readonly batches?: readonly Batches[]
  /** Of a change by SQL; `changes`, `touches` and `rows` say nothing of it. */
  readonly sqlChange?: SqlChange
  /** Hazards that targets showed in preflight. */
  readonly found?: readonly Hazard[]
}
