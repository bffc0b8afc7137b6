/** Syncs of a changeset follow when a later mutation renames what they keep in step. */
import { type Change, kindOf } from '../changes/index.ts'
import type { SyncColumns } from '../changes/rows/syncColumns.ts'
import { forgetMisfitsSql } from '../changes/sql/syncSql.ts'
import { renamedAssignment } from '../expressions/expression.ts'
import { columnsInPostgres, type RenamingOn, renamed, tablesInPostgres } from '../naming.ts'
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
    const { sync } = kindOf(change).remembered(change)
    if (sync !== null) syncs.set(sync.name, { written: sync, wanted: sync })
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
    const { sync } = kindOf(change).remembered(change)
    if (sync === null || sync.replaces !== null) return []
    const drop = kindOf(sync).invert({ tables: {}, aside: {} }, sync)
    return [
      ...kindOf(drop)
        .toSql(drop)
        .map((step) => step.sql),
      forgetMisfitsSql(sync),
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
  const names = kindOf(change).names(change)
  const table = tablesInPostgres(names).reduce(renamed, sync.table)
  if (table !== sync.table) return { ...sync, table }
  return columnsInPostgres(names).reduce(withColumn, sync)
}

/** The same sync when the column is none of its own: then its function stays as it is. */
function withColumn(sync: SyncColumns, { table, ...to }: RenamingOn): SyncColumns {
  const names = sync.assignments.flatMap(({ column, value }) => [column, ...value.columns])
  if (table !== sync.table || to.to === null || !names.includes(to.from ?? '')) return sync
  return {
    ...sync,
    assignments: sync.assignments.map((each) => renamedAssignment(each, (column) => renamed(column, to))),
  }
}
