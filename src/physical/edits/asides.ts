/** What a change sets aside, for the rows of a target's `set_aside` table. */
import type { Change } from '../changes/index.ts'
import type { AsideEntry } from '../plan/plan.ts'
import { asideName } from './tableEntries.ts'

/** The objects that a change sets aside or brings back. */
export function asideEntries(change: Change): readonly AsideEntry[] {
  switch (change.kind) {
    case 'setAsideTable':
    case 'restoreTable': {
      const { name } = change.table
      return [{ kind: 'table', table: name, column: null, asideName: asideName(change.prefix, name) }]
    }
    case 'setAsideColumn':
    case 'restoreColumn': {
      const { name } = change.column
      return [{ kind: 'column', table: change.table, column: name, asideName: asideName(change.prefix, name) }]
    }
    default:
      return []
  }
}
