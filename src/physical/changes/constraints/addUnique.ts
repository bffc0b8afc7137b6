import type { ChangeKind } from '../../change.ts'
import { editTable, withEntry } from '../../edits/edit.ts'
import { NO_NAMES } from '../../naming.ts'
import { altering } from '../../needs.ts'
import { NOT_REMEMBERED } from '../../remembered.ts'
import type { Key } from '../../schema.ts'
import { ident, identList, inNamespace } from '../../sql.ts'
import { lenientUnique } from '../sql/lenientSql.ts'
import { last } from '../undone.ts'

/** A unique constraint on columns of an existing table; its index is built while others write. */
export interface AddUnique {
  readonly kind: 'addUnique'
  readonly table: string
  readonly key: Key
}

export const addUnique: ChangeKind<AddUnique> = {
  kind: 'addUnique',
  lock: 'ACCESS EXCLUSIVE',
  scans: true,
  apply: (schema, { table, key }) =>
    editTable(schema, table, (before) => ({ ...before, uniques: withEntry(before.uniques, key) })),
  invert: (_, { table, key }) => ({ kind: 'dropUnique', table, key }),
  toSql: ({ table, key }) => [
    {
      kind: 'statement',
      sql: `CREATE UNIQUE INDEX CONCURRENTLY ${ident(key.name)} ON ${inNamespace(table)} (${identList(key.columns)})`,
      index: key.name,
    },
    {
      kind: 'transaction',
      sql: `ALTER TABLE ${inNamespace(table)} ADD CONSTRAINT ${ident(key.name)} UNIQUE USING INDEX ${ident(key.name)}`,
    },
  ],
  toUndoSql: ({ table, key }) => lenientUnique(table, key),
  names: () => NO_NAMES,
  about: () => null,
  remembered: () => NOT_REMEMBERED,
  needs: () => altering({ index: true, creates: true }),
  holds: () => [],
  undone: last,
  hazards: ({ table, key }) => [
    { name: 'INDEX_BUILD', detail: `builds ${key.name} concurrently: reads all rows of ${table}, twice` },
  ],
  touches: ({ table }) => [table],
}
