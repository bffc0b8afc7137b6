import type { ChangeKind } from '../../change.ts'
import { addTable, removeAside } from '../../edits/edit.ts'
import { asideName } from '../../edits/tableEntries.ts'
import { naming } from '../../naming.ts'
import { altering } from '../../needs.ts'
import { NOT_REMEMBERED } from '../../remembered.ts'
import type { Table } from '../../schema.ts'
import { ident, inNamespace } from '../../sql.ts'
import { mayLoosen } from '../columns/restoreColumn.ts'
import { foreignKeysOf } from '../constraints/restoredRules.ts'
import { createTableSql } from '../sql/columnSql.ts'
import { eitherSql } from '../sql/eitherSql.ts'
import { renameTableParts } from '../sql/renameParts.ts'
import { asideTable } from './setAsideTable.ts'

/** A table that was set aside, back under its names with all its rows; its foreign keys come by changes of their own. */
export interface RestoreTable {
  readonly kind: 'restoreTable'
  readonly table: Table
  readonly prefix: string
  /** Another operation set it aside: a target that was born after that gets it empty. */
  readonly orCreate?: true
  /** The table is there without its foreign keys after this. */
  readonly loose?: true
}

export const restoreTable: ChangeKind<RestoreTable> = {
  kind: 'restoreTable',
  lock: 'ACCESS EXCLUSIVE',
  scans: true,
  apply: (schema, { table, prefix, loose }) =>
    addTable(removeAside(schema, asideName(prefix, table.name)), loose ? { ...table, foreignKeys: {} } : table),
  invert: (_, { orCreate, ...change }) => ({ ...change, kind: 'setAsideTable', ...(orCreate && { orDrop: true }) }),
  toSql: ({ table, prefix, orCreate }) => {
    const statements = [
      `ALTER TABLE ${inNamespace(asideName(prefix, table.name))} RENAME TO ${ident(table.name)}`,
      ...renameTableParts(table.name, table, (name) => [asideName(prefix, name), name]),
    ]
    if (!orCreate) return statements.map((sql) => ({ kind: 'transaction', sql }))
    const aside = asideName(prefix, table.name)
    return [eitherSql({ kind: 'table', aside, restores: true, there: statements, otherwise: createTableSql(table) })]
  },
  names: (change) => naming({ tables: [{ from: null, to: change.table.name }], aside: asideTable(change) }),
  about: () => null,
  remembered: () => NOT_REMEMBERED,
  needs: ({ table }) => altering({ keys: Object.values(table.foreignKeys), creates: true }),
  holds: () => [],
  undone: (change) => ({
    ready: null,
    places: [{ ...change, loose: true }],
    rules: change.loose ? [] : foreignKeysOf(change.table),
  }),
  hazards: ({ table, orCreate }) =>
    orCreate && Object.keys(table.foreignKeys).length > 0 ? [mayLoosen(table.name)] : [],
  touches: () => [],
}
