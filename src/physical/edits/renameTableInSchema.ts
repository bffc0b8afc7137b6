import type { AsideObject, ForeignKey, PhysicalSchema, Table } from '../schema.ts'
import { addTable, removeTable, tableOf } from './edit.ts'

/** The schema with one table under another name, and everything that points to it following. */
export function renameTableInSchema(schema: PhysicalSchema, from: string, to: string): PhysicalSchema {
  const renamed = addTable(removeTable(schema, from), { ...tableOf(schema, from), name: to })
  return {
    tables: mapValues(renamed.tables, (table) => pointedTo(table, from, to)),
    aside: mapValues(renamed.aside, (object) => asideFollowed(object, from, to)),
  }
}

function pointedTo(table: Table, from: string, to: string): Table {
  return { ...table, foreignKeys: mapValues(table.foreignKeys, (key) => keyFollowed(key, from, to)) }
}

function asideFollowed(object: AsideObject, from: string, to: string): AsideObject {
  if (object.kind === 'table') return { ...object, table: pointedTo(object.table, from, to) }
  return {
    ...object,
    table: object.table === from ? to : object.table,
    foreignKeys: object.foreignKeys.map((key) => keyFollowed(key, from, to)),
  }
}

function keyFollowed(key: ForeignKey, from: string, to: string): ForeignKey {
  return key.table === from ? { ...key, table: to } : key
}

function mapValues<T>(record: Readonly<Record<string, T>>, map: (value: T) => T): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value)]))
}
