import type { ChangeKind } from '../../change.ts'
import { addTable } from '../../edits/edit.ts'
import { naming } from '../../naming.ts'
import { ROWS_ONLY } from '../../needs.ts'
import { NOT_REMEMBERED } from '../../remembered.ts'
import type { Table } from '../../schema.ts'
import { addForeignKeySql, createTableSql } from '../sql/columnSql.ts'
import { atOnce } from '../undone.ts'

/** A new table with all its columns, constraints and indexes. */
export interface CreateTable {
  readonly kind: 'createTable'
  readonly table: Table
  /** `_aside_<operation>_<n>`: where its undo puts what somebody has filled. */
  readonly prefix: string
}

export const createTable: ChangeKind<CreateTable> = {
  kind: 'createTable',
  lock: 'SHARE ROW EXCLUSIVE',
  scans: false,
  apply: (schema, { table }) => addTable(schema, table),
  invert: (_, { table, prefix }) => ({ kind: 'dropTable', table, prefix }),
  toSql: ({ table }) => [
    ...createTableSql(table).map((sql) => ({ kind: 'transaction', sql, locks: [] }) as const),
    ...Object.values(table.foreignKeys).map(
      (key) => ({ kind: 'transaction', sql: addForeignKeySql(table.name, key), locks: [key.table] }) as const,
    ),
  ],
  names: ({ table }) => naming({ tables: [{ from: null, to: table.name }] }),
  about: () => null,
  remembered: () => NOT_REMEMBERED,
  needs: ({ table }) => ({ ...ROWS_ONLY, keys: Object.values(table.foreignKeys), creates: true }),
  holds: () => [],
  undone: atOnce,
  hazards: ({ table }) => [
    {
      name: 'NEEDS_GRANTS',
      detail: `${table.name} belongs to the worker's role: another role can use it where default privileges of the namespace say so, or once it is granted`,
    },
  ],
  touches: ({ table }) => Object.values(table.foreignKeys).map((key) => key.table),
}
