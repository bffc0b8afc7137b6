import type { ChangeKind } from '../change.ts'
import { editTable, removeAside } from '../edit.ts'
import type { Column } from '../schema.ts'
import { ident, inNamespace, literal } from '../sql.ts'
import { asideName, type OnColumn, withColumn } from '../tableEntries.ts'
import { restoreForeignKeySql } from './addForeignKey.ts'
import { renameColumnParts } from './sql/renameParts.ts'

/** A column that was set aside, back with all its values; rows written meanwhile get its default. */
export interface RestoreColumn extends OnColumn {
  readonly kind: 'restoreColumn'
  readonly table: string
  readonly column: Column
  readonly prefix: string
}

export const restoreColumn: ChangeKind<RestoreColumn> = {
  kind: 'restoreColumn',
  lock: 'ACCESS EXCLUSIVE',
  scans: true,
  apply: (schema, { table, column, prefix, ...on }) =>
    editTable(removeAside(schema, asideName(prefix, column.name)), table, (before) => withColumn(before, column, on)),
  invert: (_, change) => ({ ...change, kind: 'setAsideColumn' }),
  toSql: ({ table, column, prefix, ...on }) => {
    const alter = `ALTER TABLE ${inNamespace(table)}`
    const name = ident(column.name)
    return [
      `${alter} RENAME COLUMN ${ident(asideName(prefix, column.name))} TO ${name}`,
      ...(column.default === null ? [] : [`${alter} ALTER COLUMN ${name} SET DEFAULT ${column.default}`]),
      ...renameColumnParts(table, on, (part) => [asideName(prefix, part), part]),
      ...(column.notNull
        ? [`SELECT schema_saga_target.restore_not_null_v1(:'ns', ${literal(table)}, ${literal(column.name)})`]
        : []),
      ...on.foreignKeys.map((key) => restoreForeignKeySql(table, key)),
    ].map((sql) => ({ kind: 'transaction', sql }))
  },
  hazards: () => [],
  touches: ({ table }) => [table],
}
