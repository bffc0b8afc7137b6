/** What an operation that is taken back had done, for the changes that bring back what it set aside. */
import type { AddColumn } from '../changes/columns/addColumn.ts'
import type { RestoreColumn } from '../changes/columns/restoreColumn.ts'
import type { SetAsideColumn } from '../changes/columns/setAsideColumn.ts'
import { type Change, kindOf } from '../changes/index.ts'
import type { FillNulls } from '../changes/rows/fillNulls.ts'
import type { RestoreTable } from '../changes/tables/restoreTable.ts'
import { asideName, byName } from '../edits/tableEntries.ts'
import type { Remembered } from '../remembered.ts'
import type { Column } from '../schema.ts'
import { bareColumn } from './bareColumn.ts'

/** Answers what was set aside, the last thing first: each is given out once. */
export interface Memory {
  /** Whether values flow against the direction of the mutation; false when a revert is itself taken back. */
  readonly turned: boolean
  readonly table: (name: string) => RestoreTable | null
  readonly column: (table: string, name: string) => RestoreColumn | null
  /** Out of sight under its aside name, to be filled before it changes places with another column. */
  readonly hidden: (table: string, column: Column, sync: string) => AddColumn | null
  /** How empty places of a column were filled. */
  readonly filled: (table: string, column: string) => FillNulls | null
  /** Everything that was given out, by its aside name. */
  readonly given: () => ReadonlyMap<string, string>
}

/** The memory of a plan's changes. */
export function memoryOf(changes: readonly Change[], turned: boolean): Memory {
  const left = [...changes]
  const given = new Map<string, string>()
  const take = <T>(as: (remembered: Remembered) => T | null, fits: (found: T) => boolean): T | null => {
    const rememberedAs = (change: Change): T | null => as(kindOf(change).remembered(change))
    const at = left.findLastIndex((change) => {
      const found = rememberedAs(change)
      return found !== null && fits(found)
    })
    const [taken] = at < 0 ? [] : left.splice(at, 1)
    return taken === undefined ? null : rememberedAs(taken)
  }
  const setAside = (table: string, name: string): SetAsideColumn | null => {
    const found = take(
      ({ column }) => column,
      (each) => each.table === table && each.column.name === name,
    )
    if (found === null) return null
    given.set(asideName(found.prefix, name), `${table}.${name}`)
    return { ...found, column: recorded(found.column) }
  }
  return {
    turned,
    table: (name) => {
      const found = take(
        (remembered) => remembered.table,
        ({ table }) => table.name === name,
      )
      if (found === null) return null
      given.set(asideName(found.prefix, name), name)
      const columns = Object.values(found.table.columns).map(recorded)
      const table = { ...found.table, columns: byName(columns) }
      return { kind: 'restoreTable', table, prefix: found.prefix, orCreate: true }
    },
    column: (table, name) => {
      const found = setAside(table, name)
      return found === null ? null : { ...found, kind: 'restoreColumn', orCreate: true }
    },
    hidden: (table, column, sync) => {
      const reuses = setAside(table, column.name)
      if (reuses === null) return null
      const { prefix } = reuses
      const bare = bareColumn(column, asideName(prefix, column.name))
      return { kind: 'addColumn', table, column: bare, prefix, filledBy: { sync }, reuses }
    },
    filled: (table, column) =>
      take(
        ({ filled }) => filled,
        (each) => each.table === table && each.column === column,
      ),
    given: () => given,
  }
}

/** A column of a plan on record, which an earlier release may have written. */
function recorded({ name, type, notNull, default: expression, ...others }: Column): Column {
  // A new attribute does not compile before it is said here what it is in plans that do not know it.
  others satisfies Record<string, never>
  return { name, type, notNull, default: expression }
}
