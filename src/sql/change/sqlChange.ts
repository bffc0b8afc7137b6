/** What a plan of SQL has beside its stages: the texts, what the proof has seen, and what targets are compared with. */
import type { Only } from '../onlyLines.ts'
import type { Printing, RecordLine } from '../record.ts'
import type { Counting } from '../recordCounting.ts'
import type { AsideTarget, ScriptAside, ScriptStatement } from '../script/script.ts'
import type { KeptRows } from './keptRows.ts'

/** One statement of a stage, written for whatever namespace it runs in. */
export interface ScriptStep {
  /** Parts of its text; between two of them is the quoted name of the namespace. */
  readonly sql: readonly string[]
  /** For messages: `0042, line 3, column 1`. */
  readonly place: string
  /** Whether it executes functions or touches rows, so that its session serves no other namespace. */
  readonly runsCode: boolean
  /** Of one that keeps what the text drops, or brings it back. */
  readonly aside?: StepAside
}

/** As `ScriptAside`, of what a plan keeps. */
export interface StepAside extends Omit<ScriptAside, 'instead' | 'behind'> {
  readonly instead: readonly ScriptStep[] | null
  readonly behind?: readonly ScriptStep[]
}

/** Something that a change has set aside, and all that a revert needs to bring it back. */
export interface KeptAside extends AsideTarget {
  readonly asideName: string
  /** Of `up`, from 1. */
  readonly stage: number
  /** Names of indexes, constraints, sequences and statistics that come back with it. */
  readonly names: readonly string[]
  readonly hide: ScriptStatement
  readonly restore: ScriptStatement
}

/** How an operation of SQL goes back: by the text that was given, by one that was written for it, or not at all. */
export type WayBack = 'given' | 'written' | 'none'

/** A change by SQL, as its proof on the base has shown it. */
export interface SqlChange {
  readonly name: string
  /** sha256 of the texts, as the catalog keeps them; of several made together, of the one that runs all of them. */
  readonly up: string
  readonly down: string | null
  /** Of several that are made together: the texts that were asked for, in order. */
  readonly parts?: readonly { readonly name: string; readonly up: string; readonly down: string | null }[]
  /** The whole of what was proven to lead back, with what nobody had to write: the undo of an index, for one. */
  readonly back?: string
  readonly wayBack: WayBack
  /** Why there is none, in words. */
  readonly whyNoWayBack?: string
  /** Of the revision that it makes. */
  readonly chain: string
  /** The revision that it takes back. */
  readonly takesBack?: number
  /** Rows by which another tool is to know that it was done. */
  readonly kept?: KeptRows
  /** What it keeps of that which its text drops. */
  readonly asides?: readonly KeptAside[]
  /** The objects that the proof has changed. */
  readonly objects: Only
  /** What counts of the lines of those objects, at the revision before and at the one that it makes. */
  readonly before: readonly RecordLine[]
  readonly after: readonly RecordLine[]
  /** By kind and name, the lines that the proof has seen to be added, removed or altered, in whichever stage. */
  readonly changed?: readonly string[]
  readonly counting: Counting
  /** Namespaces in which names are found as well. */
  readonly shared?: readonly string[]
  /** Tables and sequences of other namespaces whose rows it may write, as `namespace.name`. */
  readonly sharedRows?: readonly string[]
  readonly printing: Printing
  /** The objects of the namespace that the text touched in the proof, by kind and name; it may touch no others on a target. */
  readonly touched: readonly string[]
  /**
   * What rows bring along that the base need not have: sequences that number them, tables that foreign keys cascade to or
   * triggers may write. There a target's rows may be written as well; `table *` is any.
   */
  readonly reaches?: readonly string[]
  /** By table, its columns on the base in their order, where the text relies on that. */
  readonly order?: Readonly<Record<string, readonly string[]>>
  /** What of rows the proof could not see: which stages write them, and in which tables. */
  readonly rowsNotProven: readonly { readonly stage: number; readonly tables: readonly string[] }[]
}
