/** Syncs of a changeset follow when a later mutation renames what they keep in step. */
import { type Change, kindOf } from '../changes/index.ts'
import type { SyncColumns } from '../changes/rows/syncColumns.ts'
import { forgetMisfitsSql } from '../changes/sql/syncSql.ts'
import { asideName } from '../edits/tableEntries.ts'
import { renamedAssignment } from '../expressions/expression.ts'
import { sharesTransaction } from './stages.ts'

/** A sync as its function is written now, and as it has to be. */
interface Tracked {
  readonly written: SyncColumns
  readonly wanted: SyncColumns
}

/** The changes, with the functions of syncs replaced in the transaction in which their columns get other names. */
export function followSyncs(changes: readonly Change[]): readonly Change[] {
  const syncs = new Map<string, Tracked>()
  const followed: Change[] = []
  const rewrite = (): void => {
    for (const [name, { written, wanted }] of syncs) {
      // The table's own name is not in the function.
      if (written.assignments === wanted.assignments) continue
      const next = { ...wanted, replaces: written, refuses: [] }
      followed.push(next)
      syncs.set(name, { written: next, wanted: next })
    }
  }
  for (const change of changes) {
    if (change.kind === 'syncColumns') syncs.set(change.name, { written: change, wanted: change })
    else if (!sharesTransaction(change) || isElsewhere(change, syncs.values())) rewrite()
    followed.push(change)
    for (const [name, tracked] of syncs) syncs.set(name, { ...tracked, wanted: renamedBy(tracked.wanted, change) })
  }
  rewrite()
  return followed
}

/** The statements that remove the syncs which these changes leave behind, and what was noted for the way back. */
export function settlingSql(changes: readonly Change[]): readonly string[] {
  return changes.flatMap((change) => {
    if (change.kind !== 'syncColumns' || change.replaces !== null) return []
    const drop = kindOf(change).invert({ tables: {}, aside: {} }, change)
    return [
      ...kindOf(drop)
        .toSql(drop)
        .map((step) => step.sql),
      forgetMisfitsSql(change),
    ]
  })
}

/** Statements on other tables have a transaction of their own. */
function isElsewhere(change: Change, syncs: Iterable<Tracked>): boolean {
  const { locks, touches } = kindOf(change)
  const tables = [...touches(change), ...(locks?.(change) ?? [])]
  return [...syncs].some(({ wanted }) => tables.some((table) => table !== wanted.table))
}

function renamedBy(sync: SyncColumns, change: Change): SyncColumns {
  if (change.kind === 'renameTable') return change.from === sync.table ? { ...sync, table: change.to } : sync
  if (change.kind === 'setAsideTable' && change.table.name === sync.table) {
    return { ...sync, table: asideName(change.prefix, change.table.name) }
  }
  const rename = renameOf(change)
  if (rename === null || rename.table !== sync.table) return sync
  const names = sync.assignments.flatMap(({ column, value }) => [column, ...value.columns])
  if (!names.includes(rename.from)) return sync
  const assignments = sync.assignments.map((each) =>
    renamedAssignment(each, (column) => (column === rename.from ? rename.to : column)),
  )
  return { ...sync, assignments }
}

function renameOf(change: Change): { table: string; from: string; to: string } | null {
  if (change.kind === 'renameColumn') return change
  if (change.kind !== 'setAsideColumn') return null
  return { table: change.table, from: change.column.name, to: asideName(change.prefix, change.column.name) }
}
