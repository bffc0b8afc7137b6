/** A rename as it shows in a table: columns in keys and checks follow, names of parts do not. */

import { entryOf } from '../entryOf.ts'
import type { Check, Table } from '../schema.ts'
import { withEntry, without } from './edit.ts'

/** The table with one column under another name. */
export function renameInTable(table: Table, from: string, to: string): Table {
  const column = entryOf(table.columns, from)
  if (column === undefined) throw new Error(`there is no column ${table.name}.${from}`)
  const swap = (name: string): string => (name === from ? to : name)
  const inColumns = <T extends { readonly columns: readonly string[] }>(part: T): T => ({
    ...part,
    columns: part.columns.map(swap),
  })
  const inCheck = (check: Check): Check => ('column' in check ? { ...check, column: swap(check.column) } : check)
  return {
    ...table,
    columns: withEntry(without(table.columns, from), { ...column, name: to }),
    primaryKey: table.primaryKey === null ? null : inColumns(table.primaryKey),
    uniques: mapEntries(table.uniques, inColumns),
    checks: mapEntries(table.checks, inCheck),
    foreignKeys: mapEntries(table.foreignKeys, inColumns),
    indexes: mapEntries(table.indexes, inColumns),
  }
}

/** The table with one key or check under another name. */
export function renameKeyInTable(table: Table, from: string, to: string): Table {
  if (table.primaryKey?.name === from) return { ...table, primaryKey: { ...table.primaryKey, name: to } }
  const key = entryOf(table.uniques, from)
  if (key !== undefined) return { ...table, uniques: withEntry(without(table.uniques, from), { ...key, name: to }) }
  const check = entryOf(table.checks, from)
  if (check !== undefined) return { ...table, checks: withEntry(without(table.checks, from), { ...check, name: to }) }
  const foreign = entryOf(table.foreignKeys, from)
  if (foreign !== undefined) {
    return { ...table, foreignKeys: withEntry(without(table.foreignKeys, from), { ...foreign, name: to }) }
  }
  throw new Error(`there is no constraint ${table.name}.${from}`)
}

function mapEntries<T>(record: Readonly<Record<string, T>>, map: (value: T) => T): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value)]))
}
