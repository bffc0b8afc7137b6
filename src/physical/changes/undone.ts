/** How a change is done as a part of an undo. */

import type { ReadyColumn } from './columns/readyColumn.ts'
import type { Change } from './index.ts'

/** What rows that were written meanwhile may break, or what takes as long as there are rows. */
export type Rule = Extract<
  Change,
  {
    kind: 'setNotNull' | 'addUnique' | 'addCheck' | 'addForeignKey' | 'createIndex' | 'emptyFilled' | 'fillNulls'
  }
>

/** The parts of a change in an undo: no application sees an undo half-way. */
export interface Undone {
  /** Done before anything changes places, while it is out of sight. */
  readonly ready: ReadyColumn | null
  /** Done at once, together with those of its neighbours. */
  readonly places: readonly Change[]
  /** Done last. */
  readonly rules: readonly Rule[]
}

/** Of a change that is done at once. */
export function atOnce(change: Change): Undone {
  return { ready: null, places: [change], rules: [] }
}

/** Of a rule that comes back. */
export function last(rule: Rule): Undone {
  return { ready: null, places: [], rules: [rule] }
}
