import type { ChangeKind } from '../../change.ts'
import { editTable, without } from '../../edits/edit.ts'
import { NO_NAMES } from '../../naming.ts'
import { altering } from '../../needs.ts'
import { NOT_REMEMBERED } from '../../remembered.ts'
import type { Key } from '../../schema.ts'
import { ident, inNamespace } from '../../sql.ts'
import { atOnce } from '../undone.ts'

/** A unique constraint is no longer wanted; no row changes. */
export interface DropUnique {
  readonly kind: 'dropUnique'
  readonly table: string
  readonly key: Key
}

export const dropUnique: ChangeKind<DropUnique> = {
  kind: 'dropUnique',
  lock: 'ACCESS EXCLUSIVE',
  scans: false,
  apply: (schema, { table, key }) =>
    editTable(schema, table, (before) => ({ ...before, uniques: without(before.uniques, key.name) })),
  invert: (_, { table, key }) => ({ kind: 'addUnique', table, key }),
  toSql: ({ table, key }) => [
    { kind: 'transaction', sql: `ALTER TABLE ${inNamespace(table)} DROP CONSTRAINT ${ident(key.name)}` },
  ],
  // What is undone may have come no further than its index, or not even there.
  toUndoSql: ({ table, key }) => [
    { kind: 'transaction', sql: `ALTER TABLE ${inNamespace(table)} DROP CONSTRAINT IF EXISTS ${ident(key.name)}` },
    { kind: 'statement', sql: `DROP INDEX CONCURRENTLY IF EXISTS ${inNamespace(key.name)}`, index: key.name },
  ],
  names: () => NO_NAMES,
  about: ({ table, key }) => ({ of: 'unique', table, from: key.name, to: null }),
  remembered: () => NOT_REMEMBERED,
  needs: ({ key }) => altering({ frees: [key.name] }),
  holds: () => [],
  undone: atOnce,
  hazards: () => [],
  touches: ({ table }) => [table],
}
