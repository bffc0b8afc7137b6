import type { ChangeKind } from '../change.ts'
import { editTable } from '../edit.ts'
import type { Column } from '../schema.ts'
import { literal } from '../sql.ts'
import { asideName, withoutColumn } from '../tableEntries.ts'

/** The undo of an added column: drops it if it holds nothing but its default, else sets it aside. */
export interface DropColumn {
  readonly kind: 'dropColumn'
  readonly table: string
  readonly column: Column
  readonly prefix: string
}

export const dropColumn: ChangeKind<DropColumn> = {
  kind: 'dropColumn',
  apply: (schema, { table, column }) => editTable(schema, table, (before) => withoutColumn(before, column.name)),
  invert: (_, { table, column, prefix }) => ({ kind: 'addColumn', table, column, prefix }),
  toSql: ({ table, column, prefix }) => [
    {
      kind: 'transaction',
      sql: `SELECT schema_saga_target.drop_unused_column_v1(:'ns', ${literal(table)}, ${literal(column.name)}, ${literal(asideName(prefix, column.name))})`,
    },
  ],
  hazards: () => [],
  touches: ({ table }) => [table],
}
