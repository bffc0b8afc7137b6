import type { ChangeKind } from '../../change.ts'
import { editTable, without } from '../../edits/edit.ts'
import { NO_NAMES } from '../../naming.ts'
import { altering } from '../../needs.ts'
import { NOT_REMEMBERED } from '../../remembered.ts'
import type { ForeignKey } from '../../schema.ts'
import { ident, inNamespace } from '../../sql.ts'
import { undoMayLoosen } from '../columns/setAsideColumn.ts'
import { atOnce } from '../undone.ts'

/** A foreign key is no longer wanted; no row changes. */
export interface DropForeignKey {
  readonly kind: 'dropForeignKey'
  readonly table: string
  readonly key: ForeignKey
}

export const dropForeignKey: ChangeKind<DropForeignKey> = {
  kind: 'dropForeignKey',
  lock: 'ACCESS EXCLUSIVE',
  scans: false,
  apply: (schema, { table, key }) =>
    editTable(schema, table, (before) => ({ ...before, foreignKeys: without(before.foreignKeys, key.name) })),
  invert: (_, { table, key }) => ({ kind: 'addForeignKey', table, key }),
  toSql: ({ table, key }) => [
    { kind: 'transaction', sql: `ALTER TABLE ${inNamespace(table)} DROP CONSTRAINT ${ident(key.name)}` },
  ],
  toUndoSql: ({ table, key }) => [
    { kind: 'transaction', sql: `ALTER TABLE ${inNamespace(table)} DROP CONSTRAINT IF EXISTS ${ident(key.name)}` },
  ],
  names: () => NO_NAMES,
  about: ({ table, key }) => ({ of: 'foreignKey', table, from: key.name, to: null }),
  remembered: () => NOT_REMEMBERED,
  needs: () => altering(),
  holds: () => [],
  undone: atOnce,
  hazards: ({ table, key }) => [undoMayLoosen(`${table}: ${key.name}`)],
  touches: ({ table }) => [table],
  locks: ({ table, key }) => [table, key.table],
}
