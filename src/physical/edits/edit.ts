/** Immutable edits of a physical schema; each throws when the schema is not one that the change fits. */

import { entryOf } from '../entryOf.ts'
import type { AsideObject, Column, PhysicalSchema, Table } from '../schema.ts'

/** The table of that name. */
export function tableOf(schema: PhysicalSchema, name: string): Table {
  const table = entryOf(schema.tables, name)
  if (table === undefined) throw new Error(`there is no table ${name}`)
  return table
}

/** The column of that name. */
export function columnOf(table: Table, name: string): Column {
  const column = entryOf(table.columns, name)
  if (column === undefined) throw new Error(`there is no column ${table.name}.${name}`)
  return column
}

/** The schema with one more table. */
export function addTable(schema: PhysicalSchema, table: Table): PhysicalSchema {
  if (entryOf(schema.tables, table.name) !== undefined) throw new Error(`there is a table ${table.name} already`)
  return { ...schema, tables: { ...schema.tables, [table.name]: table } }
}

/** The schema without that table. */
export function removeTable(schema: PhysicalSchema, name: string): PhysicalSchema {
  tableOf(schema, name)
  return { ...schema, tables: without(schema.tables, name) }
}

/** The schema with one table changed. */
export function editTable(schema: PhysicalSchema, name: string, edit: (table: Table) => Table): PhysicalSchema {
  const table = edit(tableOf(schema, name))
  return { ...schema, tables: { ...without(schema.tables, name), [table.name]: table } }
}

/** The schema as it is, if it has that table, in use or set aside. */
export function withTable(schema: PhysicalSchema, name: string): PhysicalSchema {
  if (entryOf(schema.aside, name)?.kind !== 'table') tableOf(schema, name)
  return schema
}

/** The table with one column changed. */
export function withColumnEdited(table: Table, name: string, edit: Partial<Omit<Column, 'name'>>): Table {
  return { ...table, columns: { ...table.columns, [name]: { ...columnOf(table, name), ...edit } } }
}

/** The schema with one more object set aside. */
export function addAside(schema: PhysicalSchema, object: AsideObject): PhysicalSchema {
  return { ...schema, aside: { ...schema.aside, [object.asideName]: object } }
}

/** The schema without that object beside it. */
export function removeAside(schema: PhysicalSchema, asideName: string): PhysicalSchema {
  if (entryOf(schema.aside, asideName) === undefined) throw new Error(`nothing is set aside as ${asideName}`)
  return { ...schema, aside: without(schema.aside, asideName) }
}

/** A record with one more entry. */
export function withEntry<T extends { readonly name: string }>(
  record: Readonly<Record<string, T>>,
  entry: T,
): Readonly<Record<string, T>> {
  if (entryOf(record, entry.name) !== undefined) throw new Error(`there is a ${entry.name} already`)
  return { ...record, [entry.name]: entry }
}

/** A record without one entry. */
export function without<T>(record: Readonly<Record<string, T>>, name: string): Readonly<Record<string, T>> {
  const { [name]: _, ...rest } = record
  return rest
}
