import type { ChangeKind } from '../change.ts'
import { addAside, removeTable } from '../edit.ts'
import type { Table } from '../schema.ts'
import { ident, inNamespace } from '../sql.ts'
import { asideName } from '../tableEntries.ts'
import { dropForeignKeys, renameTableParts } from './sql/renameParts.ts'

/** A table out of the way with all its rows, its names free for others. */
export interface SetAsideTable {
  readonly kind: 'setAsideTable'
  readonly table: Table
  readonly prefix: string
}

export const setAsideTable: ChangeKind<SetAsideTable> = {
  kind: 'setAsideTable',
  lock: 'ACCESS EXCLUSIVE',
  scans: false,
  apply: (schema, { table, prefix }) =>
    addAside(removeTable(schema, table.name), { kind: 'table', asideName: asideName(prefix, table.name), table }),
  invert: (_, { table, prefix }) => ({ kind: 'restoreTable', table, prefix }),
  toSql: ({ table, prefix }) => {
    const aside = asideName(prefix, table.name)
    return [
      ...dropForeignKeys(table.name, Object.values(table.foreignKeys)),
      `ALTER TABLE ${inNamespace(table.name)} RENAME TO ${ident(aside)}`,
      ...renameTableParts(aside, table, (name) => [name, asideName(prefix, name)]),
    ].map((sql) => ({ kind: 'transaction', sql }))
  },
  hazards: ({ table }) => [
    { name: 'SETS_ASIDE', detail: `${table.name} and its rows are kept, but hidden from applications` },
  ],
  touches: ({ table }) => [table.name],
}
