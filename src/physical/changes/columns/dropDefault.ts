import type { ChangeKind } from '../../change.ts'
import { columnOf, editTable, tableOf, withColumnEdited } from '../../edits/edit.ts'
import { NO_NAMES } from '../../naming.ts'
import { altering } from '../../needs.ts'
import { NOT_REMEMBERED } from '../../remembered.ts'
import { ident, inNamespace } from '../../sql.ts'
import { atOnce } from '../undone.ts'

/** Rows that come have no default any more; those that are there stay as they are. */
export interface DropDefault {
  readonly kind: 'dropDefault'
  readonly table: string
  readonly column: string
}

export const dropDefault: ChangeKind<DropDefault> = {
  kind: 'dropDefault',
  lock: 'ACCESS EXCLUSIVE',
  scans: false,
  apply: (schema, { table, column }) =>
    editTable(schema, table, (before) => withColumnEdited(before, column, { default: null })),
  invert: (before, { table, column }) => {
    const expression = columnOf(tableOf(before, table), column).default
    if (expression === null) throw new Error(`${table}.${column} has no default`)
    return { kind: 'setDefault', table, column, expression }
  },
  toSql: ({ table, column }) => [
    { kind: 'transaction', sql: `ALTER TABLE ${inNamespace(table)} ALTER COLUMN ${ident(column)} DROP DEFAULT` },
  ],
  names: () => NO_NAMES,
  about: () => null,
  remembered: () => NOT_REMEMBERED,
  needs: () => altering({ heirs: true }),
  holds: () => [],
  undone: atOnce,
  hazards: () => [],
  touches: ({ table }) => [table],
}
