import type { ChangeKind } from '../../change.ts'
import { editTable, without } from '../../edits/edit.ts'
import { NO_NAMES } from '../../naming.ts'
import { altering } from '../../needs.ts'
import { NOT_REMEMBERED } from '../../remembered.ts'
import type { Index } from '../../schema.ts'
import { inNamespace } from '../../sql.ts'
import { atOnce } from '../undone.ts'

/** An index is no longer wanted. */
export interface DropIndex {
  readonly kind: 'dropIndex'
  readonly table: string
  readonly index: Index
}

export const dropIndex: ChangeKind<DropIndex> = {
  kind: 'dropIndex',
  lock: 'SHARE UPDATE EXCLUSIVE',
  scans: false,
  apply: (schema, { table, index }) =>
    editTable(schema, table, (before) => ({ ...before, indexes: without(before.indexes, index.name) })),
  invert: (_, { table, index }) => ({ kind: 'createIndex', table, index }),
  // IF EXISTS: a build that was killed may have left nothing behind.
  toSql: ({ index }) => [
    { kind: 'statement', sql: `DROP INDEX CONCURRENTLY IF EXISTS ${inNamespace(index.name)}`, index: index.name },
  ],
  names: () => NO_NAMES,
  about: ({ table, index }) => ({ of: 'index', table, from: index.name, to: null }),
  remembered: () => NOT_REMEMBERED,
  needs: () => altering({ index: true }),
  holds: () => [],
  undone: atOnce,
  hazards: () => [],
  touches: ({ table }) => [table],
}
