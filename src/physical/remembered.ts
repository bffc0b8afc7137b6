/** What others look for among changes, as a whole: to bring it back, to follow it, or to end it. */
import type { CarryColumn } from './changes/columns/carryColumn.ts'
import type { SetAsideColumn } from './changes/columns/setAsideColumn.ts'
import type { FillNulls } from './changes/rows/fillNulls.ts'
import type { SyncColumns } from './changes/rows/syncColumns.ts'
import type { SetAsideTable } from './changes/tables/setAsideTable.ts'

/** The change as each of these, or null where it is none. */
export interface Remembered {
  /** A table out of the way: a revert brings it back. */
  readonly table: SetAsideTable | null
  /** A column out of the way: a revert brings it back, and what hangs on it goes along or is in the way. */
  readonly column: SetAsideColumn | null
  /** Empty places that were filled: a revert empties them. */
  readonly filled: FillNulls | null
  /** What hangs on a column, taken over by the one in its place. */
  readonly carried: CarryColumn | null
  /** Columns in step: their trigger follows later names, and is taken off when the operation is over. */
  readonly sync: SyncColumns | null
}

/** Of a change that nobody looks for. */
export const NOT_REMEMBERED: Remembered = { table: null, column: null, filled: null, carried: null, sync: null }

/** Of a change that is looked for as this. */
export function remembering(some: Partial<Remembered>): Remembered {
  return { ...NOT_REMEMBERED, ...some }
}
