import type { ChangeKind } from '../../change.ts'
import { addAside, editTable } from '../../edits/edit.ts'
import { asideName, withoutColumn } from '../../edits/tableEntries.ts'
import { overRow } from '../../expressions/expression.ts'
import { naming } from '../../naming.ts'
import { altering } from '../../needs.ts'
import { NOT_REMEMBERED } from '../../remembered.ts'
import { literal } from '../../sql.ts'
import { eitherSql } from '../sql/eitherSql.ts'
import { forgetMisfitsSql } from '../sql/syncSql.ts'
import { atOnce } from '../undone.ts'
import type { AddColumn } from './addColumn.ts'
import { asideColumn } from './setAsideColumn.ts'

/** The undo of an added column: drops it if it holds nothing that is not elsewhere too, else sets it aside. */
export type DropColumn = Omit<AddColumn, 'kind'> & { readonly kind: 'dropColumn' }

export const dropColumn: ChangeKind<DropColumn> = {
  kind: 'dropColumn',
  lock: 'ACCESS EXCLUSIVE',
  scans: true,
  apply: (schema, { table, column, reuses }) => {
    const without = editTable(schema, table, (before) => withoutColumn(before, column.name))
    return reuses === undefined ? without : addAside(without, asideColumn(reuses))
  },
  invert: (_, change) => ({ ...change, kind: 'addColumn' }),
  toSql: (change) => {
    const sql = `SELECT schema_saga_target.${dropCall(change)}`
    const { column, reuses, filledBy } = change
    if (reuses === undefined) return [{ kind: 'transaction', sql }]
    // It stays under the name under which it was set aside.
    const there = filledBy !== undefined && 'sync' in filledBy ? [forgetMisfitsSql({ name: filledBy.sync })] : []
    return [eitherSql({ kind: 'column', aside: column.name, restores: false, there, otherwise: [sql] })]
  },
  names: ({ table, column }) => naming({ columns: [{ table, from: column.name, to: null }] }),
  about: () => null,
  remembered: () => NOT_REMEMBERED,
  needs: () => altering({ columns: true }),
  holds: () => [],
  undone: atOnce,
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
