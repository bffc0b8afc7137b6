import type { ChangeKind } from '../change.ts'
import { addTable, removeAside } from '../edit.ts'
import type { Table } from '../schema.ts'
import { ident, inNamespace } from '../sql.ts'
import { asideName } from '../tableEntries.ts'
import { restoreForeignKeySql } from './addForeignKey.ts'
import { renameTableParts } from './sql/renameParts.ts'

/** A table that was set aside, back under its names with all its rows. */
export interface RestoreTable {
  readonly kind: 'restoreTable'
  readonly table: Table
  readonly prefix: string
}

export const restoreTable: ChangeKind<RestoreTable> = {
  kind: 'restoreTable',
  lock: 'ACCESS EXCLUSIVE',
  scans: true,
  apply: (schema, { table, prefix }) => addTable(removeAside(schema, asideName(prefix, table.name)), table),
  invert: (_, { table, prefix }) => ({ kind: 'setAsideTable', table, prefix }),
  toSql: ({ table, prefix }) =>
    [
      `ALTER TABLE ${inNamespace(asideName(prefix, table.name))} RENAME TO ${ident(table.name)}`,
      ...renameTableParts(table.name, table, (name) => [asideName(prefix, name), name]),
      ...Object.values(table.foreignKeys).map((key) => restoreForeignKeySql(table.name, key)),
    ].map((sql) => ({ kind: 'transaction', sql })),
  hazards: () => [],
  touches: () => [],
}
