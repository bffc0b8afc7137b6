import type { ChangeKind } from '../change.ts'
import { addAside, editTable } from '../edit.ts'
import type { Column } from '../schema.ts'
import { ident, inNamespace } from '../sql.ts'
import { asideName, type OnColumn, withoutColumn } from '../tableEntries.ts'
import { dropForeignKeys, renameColumnParts } from './sql/renameParts.ts'

/** A column out of the way with all its values; writers who do not know it are not hindered by it. */
export interface SetAsideColumn extends OnColumn {
  readonly kind: 'setAsideColumn'
  readonly table: string
  readonly column: Column
  readonly prefix: string
}

export const setAsideColumn: ChangeKind<SetAsideColumn> = {
  kind: 'setAsideColumn',
  lock: 'ACCESS EXCLUSIVE',
  scans: false,
  apply: (schema, { kind: _, prefix, ...on }) =>
    addAside(
      editTable(schema, on.table, (before) => withoutColumn(before, on.column.name)),
      { kind: 'column', asideName: asideName(prefix, on.column.name), ...on },
    ),
  invert: (_, change) => ({ ...change, kind: 'restoreColumn' }),
  toSql: ({ table, column, prefix, ...on }) => {
    const alter = `ALTER TABLE ${inNamespace(table)}`
    return [
      ...dropForeignKeys(table, on.foreignKeys),
      ...(column.notNull ? [`${alter} ALTER COLUMN ${ident(column.name)} DROP NOT NULL`] : []),
      ...(column.default === null ? [] : [`${alter} ALTER COLUMN ${ident(column.name)} DROP DEFAULT`]),
      `${alter} RENAME COLUMN ${ident(column.name)} TO ${ident(asideName(prefix, column.name))}`,
      ...renameColumnParts(table, on, (name) => [name, asideName(prefix, name)]),
    ].map((sql) => ({ kind: 'transaction', sql }))
  },
  hazards: ({ table, column, foreignKeys }) => [
    { name: 'SETS_ASIDE', detail: `${table}.${column.name} and its values are kept, but hidden from applications` },
    ...(column.notNull || foreignKeys.length > 0
      ? [
          {
            name: 'UNDO_MAY_LOOSEN',
            detail: `an undo keeps every row written meanwhile: a rule of ${table}.${column.name} that one breaks stays off, and is noted as drift`,
          },
        ]
      : []),
  ],
  touches: ({ table }) => [table],
}
