/** The columns that a plan hides, by the names that they have before it: what hangs on them goes along or is in the way. */
import type { CarryColumn } from '../changes/columns/carryColumn.ts'
import type { SetAsideColumn } from '../changes/columns/setAsideColumn.ts'
import { type Change, kindOf } from '../changes/index.ts'
import { asideName } from '../edits/tableEntries.ts'
import { nameBefore } from '../naming.ts'

/** A column that is hidden; `type` is that of the one in its place, null where there is none. */
export interface HiddenColumn {
  readonly table: string
  readonly column: string
  readonly type: string | null
  /** What of its documents is something else in that one. */
  readonly reads?: CarryColumn['reads']
}

/** Those that are there before the plan. */
export function hiddenColumns(changes: readonly Change[]): readonly HiddenColumn[] {
  return changes.flatMap((change, index) => {
    const hidden = kindOf(change).remembered(change).column
    if (hidden === null) return []
    const found = origin(changes.slice(0, index), hidden.table, hidden.column.name)
    return found === null ? [] : [{ ...found, ...inPlace(changes, hidden) }]
  })
}

function inPlace(
  changes: readonly Change[],
  { table, prefix, column }: SetAsideColumn,
): Pick<HiddenColumn, 'type' | 'reads'> {
  const from = asideName(prefix, column.name)
  const carried = changes.map((each) => kindOf(each).remembered(each).carried)
  const carry = carried.find((each) => each?.table === table && each.from === from)
  if (carry == null) return { type: null }
  return carry.reads === undefined ? { type: carry.type } : { type: carry.type, reads: carry.reads }
}

/** What a column was called before these changes; null when it is one of theirs. */
export function origin(
  before: readonly Change[],
  table: string,
  column: string,
): { readonly table: string; readonly column: string } | null {
  let at = { table, column }
  for (const change of before.toReversed()) {
    const { tables, columns } = kindOf(change).names(change)
    for (const each of columns.filter((one) => one.table === at.table)) {
      const name = nameBefore(at.column, each)
      if (name === null) return null
      at = { ...at, column: name }
    }
    for (const each of tables) {
      const name = nameBefore(at.table, each)
      if (name === null) return null
      at = { ...at, table: name }
    }
  }
  return at
}
