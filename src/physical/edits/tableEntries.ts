/** What hangs on a table under a name of its own: taken off, put on and renamed together with columns. */
import { shortenName } from '../../logical/names/shortenName.ts'
import { entryOf } from '../entryOf.ts'
import type { Check, Column, ForeignKey, Index, Key, Table } from '../schema.ts'

/** Everything on one column. */
export interface OnColumn {
  readonly uniques: readonly Key[]
  readonly checks: readonly Check[]
  readonly foreignKeys: readonly ForeignKey[]
  readonly indexes: readonly Index[]
}

/** What of a table is on that column. */
export function onColumn(table: Table, column: string): OnColumn {
  return {
    uniques: Object.values(table.uniques).filter((key) => key.columns.includes(column)),
    checks: Object.values(table.checks).filter((check) => 'column' in check && check.column === column),
    foreignKeys: Object.values(table.foreignKeys).filter((key) => key.columns.includes(column)),
    indexes: Object.values(table.indexes).filter((index) => index.columns.includes(column)),
  }
}

/** A table without one column and what is on it. */
export function withoutColumn(table: Table, column: string): Table {
  const off = onColumn(table, column)
  return {
    ...table,
    columns: omit(table.columns, [column]),
    uniques: omit(table.uniques, namesOf(off.uniques)),
    checks: omit(table.checks, namesOf(off.checks)),
    foreignKeys: omit(table.foreignKeys, namesOf(off.foreignKeys)),
    indexes: omit(table.indexes, namesOf(off.indexes)),
  }
}

function namesOf(entries: readonly { readonly name: string }[]): readonly string[] {
  return entries.map(({ name }) => name)
}

/** A table with one column and what is on it. */
export function withColumn(table: Table, column: Column, on: OnColumn): Table {
  if (entryOf(table.columns, column.name) !== undefined)
    throw new Error(`there is a column ${table.name}.${column.name} already`)
  return {
    ...table,
    columns: { ...table.columns, [column.name]: column },
    uniques: { ...table.uniques, ...byName(on.uniques) },
    checks: { ...table.checks, ...byName(on.checks) },
    foreignKeys: { ...table.foreignKeys, ...byName(on.foreignKeys) },
    indexes: { ...table.indexes, ...byName(on.indexes) },
  }
}

/** The name under which something is set aside: `<prefix>_<name>`, at most 63 bytes. */
export function asideName(prefix: string, name: string): string {
  return shortenName(`${prefix}_${name}`)
}

/** Entries by their names. */
export function byName<T extends { readonly name: string }>(entries: readonly T[]): Readonly<Record<string, T>> {
  return Object.fromEntries(entries.map((entry) => [entry.name, entry]))
}

function omit<T>(record: Readonly<Record<string, T>>, names: readonly string[]): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(record).filter(([name]) => !names.includes(name)))
}
