import type { ChangeKind } from '../change.ts'
import { editTable } from '../edit.ts'
import type { Expression } from '../expression.ts'
import type { Column } from '../schema.ts'
import { inNamespace } from '../sql.ts'
import { withColumn } from '../tableEntries.ts'
import { columnSql } from './sql/columnSql.ts'

/** A new column; a constant default fills the existing rows without rewriting the table. */
export interface AddColumn {
  readonly kind: 'addColumn'
  readonly table: string
  readonly column: Column
  readonly prefix: string
  /** Where its values come from when it is filled by us: a sync that keeps it in step, or a copy of another column. */
  readonly filledBy?: { readonly sync: string } | { readonly copyOf: Expression }
}

const NOTHING = { uniques: [], checks: [], foreignKeys: [], indexes: [] }

export const addColumn: ChangeKind<AddColumn> = {
  kind: 'addColumn',
  lock: 'ACCESS EXCLUSIVE',
  scans: false,
  apply: (schema, { table, column }) => editTable(schema, table, (before) => withColumn(before, column, NOTHING)),
  invert: (_, change) => ({ ...change, kind: 'dropColumn' }),
  toSql: ({ table, column }) => [
    { kind: 'transaction', sql: `ALTER TABLE ${inNamespace(table)} ADD COLUMN ${columnSql(column)}` },
  ],
  hazards: () => [],
  touches: ({ table }) => [table],
}
