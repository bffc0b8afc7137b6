import type { ChangeKind } from '../change.ts'
import { editTable, withEntry } from '../edit.ts'
import type { Key } from '../schema.ts'
import { ident, identList, inNamespace } from '../sql.ts'

/** A unique constraint on columns of an existing table. */
export interface AddUnique {
  readonly kind: 'addUnique'
  readonly table: string
  readonly key: Key
}

export const addUnique: ChangeKind<AddUnique> = {
  kind: 'addUnique',
  apply: (schema, { table, key }) =>
    editTable(schema, table, (before) => ({ ...before, uniques: withEntry(before.uniques, key) })),
  invert: (_, { table, key }) => ({ kind: 'dropUnique', table, key }),
  toSql: ({ table, key }) => [
    {
      kind: 'transaction',
      sql: `ALTER TABLE ${inNamespace(table)} ADD CONSTRAINT ${ident(key.name)} UNIQUE (${identList(key.columns)})`,
    },
  ],
  hazards: ({ table }) => [
    { name: 'BLOCKS_WRITES', detail: `reads all rows of ${table} while nobody can read or write it` },
  ],
  touches: ({ table }) => [table],
}
