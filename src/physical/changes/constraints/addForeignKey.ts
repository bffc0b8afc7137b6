import type { ChangeKind } from '../../change.ts'
import { editTable, withEntry } from '../../edits/edit.ts'
import { NO_NAMES } from '../../naming.ts'
import { altering } from '../../needs.ts'
import { NOT_REMEMBERED } from '../../remembered.ts'
import type { ForeignKey } from '../../schema.ts'
import { ident, inNamespace } from '../../sql.ts'
import { foreignKeySql } from '../sql/columnSql.ts'
import { lenientForeignKey } from '../sql/lenientSql.ts'
import { last } from '../undone.ts'

/** A foreign key on an existing table: new rows keep it at once, old ones are looked at while others write. */
export interface AddForeignKey {
  readonly kind: 'addForeignKey'
  readonly table: string
  readonly key: ForeignKey
  /** The key comes back with what had been set aside: rows may have lost their peers. */
  readonly lenient?: true
}

export const addForeignKey: ChangeKind<AddForeignKey> = {
  kind: 'addForeignKey',
  lock: 'SHARE ROW EXCLUSIVE',
  scans: true,
  apply: (schema, { table, key }) =>
    editTable(schema, table, (before) => ({ ...before, foreignKeys: withEntry(before.foreignKeys, key) })),
  invert: (_, { table, key }) => ({ kind: 'dropForeignKey', table, key }),
  toSql: ({ table, key, lenient }) =>
    lenient
      ? lenientForeignKey(table, key)
      : [
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
  toUndoSql: ({ table, key }) => lenientForeignKey(table, key),
  names: () => NO_NAMES,
  about: () => null,
  remembered: () => NOT_REMEMBERED,
  needs: ({ key }) => altering({ refers: true, keys: [key] }),
  holds: () => [],
  undone: last,
  hazards: () => [],
  touches: ({ table, key }) => [table, key.table],
}
