/** What a change needs of a target beyond the objects that it expects. */
import type { ForeignKey } from './schema.ts'

/** Of one change; all but `keys` and `creates` are about the first table that it touches. */
export interface ChangeNeeds {
  /** The table is altered, which only a role may do that can act for its owner. */
  readonly altered: boolean
  /** Its columns are added, renamed or taken off. */
  readonly columns: boolean
  /** Tables that inherit from it get a rule or a default as well, or lose it; so they do with columns. */
  readonly heirs: boolean
  /** New columns. */
  readonly added: number
  /** An index is built or dropped while others write. */
  readonly index: boolean
  /** A trigger must see every row, or every row is copied by its id. */
  readonly everyRow: boolean
  /** Rows of it are updated in batches. */
  readonly writes: boolean
  /** The rows get the default of a new column at once. */
  readonly fills: boolean
  /** Constraints of it that go, together with their indexes. */
  readonly frees: readonly string[]
  /** It gets a foreign key of its own. */
  readonly refers: boolean
  /** The foreign keys that come: the tables to which they refer are needed as well. */
  readonly keys: readonly ForeignKey[]
  /** Something is made, or gets another name, in the namespace itself. */
  readonly creates: boolean
}

/** Of a change that needs nothing but the rows that it reads and writes. */
export const ROWS_ONLY: ChangeNeeds = {
  altered: false,
  columns: false,
  heirs: false,
  added: 0,
  index: false,
  everyRow: false,
  writes: false,
  fills: false,
  frees: [],
  refers: false,
  keys: [],
  creates: false,
}

/** Of a change that alters its table, and needs this as well. */
export function altering(more: Partial<ChangeNeeds> = {}): ChangeNeeds {
  return { ...ROWS_ONLY, altered: true, ...more }
}
