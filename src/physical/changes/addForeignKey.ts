import type { ChangeKind } from '../change.ts'
import { editTable, withEntry } from '../edit.ts'
import type { ForeignKey } from '../schema.ts'
import { ident, inNamespace, literal } from '../sql.ts'
import { foreignKeySql } from './sql/columnSql.ts'

/** A foreign key on an existing table: new rows keep it at once, old ones are looked at while others write. */
export interface AddForeignKey {
  readonly kind: 'addForeignKey'
  readonly table: string
  readonly key: ForeignKey
}

export const addForeignKey: ChangeKind<AddForeignKey> = {
  kind: 'addForeignKey',
  lock: 'SHARE ROW EXCLUSIVE',
  scans: true,
  apply: (schema, { table, key }) =>
    editTable(schema, table, (before) => ({ ...before, foreignKeys: withEntry(before.foreignKeys, key) })),
  invert: (_, { table, key }) => ({ kind: 'dropForeignKey', table, key }),
  toSql: ({ table, key }) => [
    {
      kind: 'transaction',
      sql: `ALTER TABLE ${inNamespace(table)} ADD CONSTRAINT ${ident(key.name)} ${foreignKeySql(key)} NOT VALID`,
    },
    {
      kind: 'transaction',
      alone: true,
      sql: `ALTER TABLE ${inNamespace(table)} VALIDATE CONSTRAINT ${ident(key.name)}`,
    },
  ],
  toUndoSql: ({ table, key }) => [{ kind: 'transaction', sql: restoreForeignKeySql(table, key) }],
  hazards: () => [],
  touches: ({ table, key }) => [table, key.table],
}

/** Puts a foreign key back, without looking at old rows when some have lost their peers meanwhile. */
export function restoreForeignKeySql(table: string, key: ForeignKey): string {
  const columns = `${literal(key.columns[0] ?? '')}, ${literal(key.table)}, ${literal(key.onDelete)}`
  return `SELECT schema_saga_target.restore_foreign_key_v1(:'ns', ${literal(table)}, ${literal(key.name)}, ${columns})`
}
