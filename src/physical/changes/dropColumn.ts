import type { ChangeKind } from '../change.ts'
import { editTable } from '../edit.ts'
import { overRow } from '../expression.ts'
import { literal } from '../sql.ts'
import { asideName, withoutColumn } from '../tableEntries.ts'
import type { AddColumn } from './addColumn.ts'

/** The undo of an added column: drops it if it holds nothing that is not elsewhere too, else sets it aside. */
export type DropColumn = Omit<AddColumn, 'kind'> & { readonly kind: 'dropColumn' }

export const dropColumn: ChangeKind<DropColumn> = {
  kind: 'dropColumn',
  lock: 'ACCESS EXCLUSIVE',
  scans: true,
  apply: (schema, { table, column }) => editTable(schema, table, (before) => withoutColumn(before, column.name)),
  invert: (_, change) => ({ ...change, kind: 'addColumn' }),
  toSql: (change) => [{ kind: 'transaction', sql: `SELECT schema_saga_target.${dropCall(change)}` }],
  hazards: () => [],
  touches: ({ table }) => [table],
}

function dropCall({ table, column, prefix, filledBy }: DropColumn): string {
  const place = `:'ns', ${literal(table)}, ${literal(column.name)}`
  if (filledBy !== undefined && 'sync' in filledBy) {
    return `drop_synced_column_v1(${place}, ${literal(filledBy.sync)})`
  }
  const aside = literal(asideName(prefix, column.name))
  if (filledBy === undefined) return `drop_unused_column_v1(${place}, ${aside})`
  return `drop_copied_column_v1(${place}, ${aside}, ${literal(overRow(filledBy.copyOf, null))})`
}
