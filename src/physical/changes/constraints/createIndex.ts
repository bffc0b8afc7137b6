import type { ChangeKind } from '../../change.ts'
import { editTable, withEntry } from '../../edits/edit.ts'
import { NO_NAMES } from '../../naming.ts'
import { altering } from '../../needs.ts'
import { NOT_REMEMBERED } from '../../remembered.ts'
import type { Index } from '../../schema.ts'
import { ident, identList, inNamespace } from '../../sql.ts'
import { last } from '../undone.ts'

/** An index on an existing table, built without blocking writers. */
export interface CreateIndex {
  readonly kind: 'createIndex'
  readonly table: string
  readonly index: Index
}

export const createIndex: ChangeKind<CreateIndex> = {
  kind: 'createIndex',
  lock: 'SHARE UPDATE EXCLUSIVE',
  scans: true,
  apply: (schema, { table, index }) =>
    editTable(schema, table, (before) => ({ ...before, indexes: withEntry(before.indexes, index) })),
  invert: (_, { table, index }) => ({ kind: 'dropIndex', table, index }),
  toSql: ({ table, index }) => [
    {
      kind: 'statement',
      sql: `CREATE ${index.unique ? 'UNIQUE ' : ''}INDEX CONCURRENTLY ${ident(index.name)} ON ${inNamespace(table)} (${identList(index.columns)})`,
      index: index.name,
    },
  ],
  names: () => NO_NAMES,
  about: () => null,
  remembered: () => NOT_REMEMBERED,
  needs: () => altering({ index: true, creates: true }),
  holds: () => [],
  undone: last,
  hazards: ({ table, index }) => [
    { name: 'INDEX_BUILD', detail: `builds ${index.name} concurrently: reads all rows of ${table}, twice` },
  ],
  touches: ({ table }) => [table],
}
