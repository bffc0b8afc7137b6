/** The hazards that a text may have, in one closed vocabulary with those of models. */
import type { Statement } from '../../parser.ts'
import type { Made } from '../../tree/made.ts'
import type { ScriptStage, ScriptStatement } from '../script.ts'
import type { Locks } from './locks.ts'

/** The hazards of texts: `SETS_ASIDE`, `BREAKS_POSITIONAL_WRITES`, `WRITES_ROWS`, `INDEX_BUILD` and `BREAKS_OLD_READERS` are also those of models. */
export const SCRIPT_HAZARDS = {
  LOSES_DATA: 'Rows, columns or values are gone, and no undo brings them back.',
  SETS_ASIDE: 'Something is hidden instead of dropped, and comes back by an undo.',
  BREAKS_POSITIONAL_WRITES: 'Rows that are written without a list of columns have values for hidden ones.',
  WRITES_ROWS: 'Rows are written, which no record shows and no proof covers.',
  INDEX_BUILD: 'An index is built while others are kept out of its table.',
  REWRITES_TABLE: 'All rows of a table are written anew while others are kept out of it.',
  SCANS_TABLE: 'All rows of a table are read while others are kept out of it.',
  LOCKS_SEVERAL: 'One transaction keeps applications out of several tables at once.',
  BREAKS_OLD_READERS: 'Applications that run know an old name, and fail.',
} as const

/** Their names. */
export type HazardName = keyof typeof SCRIPT_HAZARDS

/** As changes of models have them; `detail` begins with the place. */
export interface ScriptHazard {
  readonly name: HazardName
  readonly detail: string
}

/** What a rule finds, without the place. */
export type Found = readonly (readonly [name: HazardName, what: string])[]

/** A statement with its tree. */
export type Read = Pick<Statement, 'kind' | 'tree'>

/** Checks that say of columns that they hold no NULL, from when they are added until they are validated. */
export interface Proven {
  readonly checks: Map<string, readonly string[]>
  readonly columns: Set<string>
}

/** Where in a text a statement stands, and what is known there. */
export interface At {
  readonly stage: ScriptStage
  readonly written: ScriptStatement
  /** What the text made before it. */
  readonly made: Made
  /** What its transaction holds already. */
  readonly locks: Locks
  readonly proven: (table: string) => Proven
  /** The type of a column as `format_type` writes it; null where nobody knows it. */
  readonly typeOf: (table: string, column: string) => string | null
  /** Whether it is a way back. */
  readonly isBack: boolean
}
