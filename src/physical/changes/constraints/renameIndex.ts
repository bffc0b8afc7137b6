import type { ChangeKind } from '../../change.ts'
import { editTable, withEntry, without } from '../../edits/edit.ts'
import { entryOf } from '../../entryOf.ts'
import { naming } from '../../naming.ts'
import { altering } from '../../needs.ts'
import { NOT_REMEMBERED } from '../../remembered.ts'
import type { Index } from '../../schema.ts'
import { ident, inNamespace } from '../../sql.ts'
import { atOnce } from '../undone.ts'

/** An index follows the name of its column or table. */
export interface RenameIndex {
  readonly kind: 'renameIndex'
  readonly table: string
  readonly from: string
  readonly to: string
}

export const renameIndex: ChangeKind<RenameIndex> = {
  kind: 'renameIndex',
  lock: 'SHARE UPDATE EXCLUSIVE',
  scans: false,
  apply: (schema, { table, from, to }) =>
    editTable(schema, table, (before) => {
      const index: Index | undefined = entryOf(before.indexes, from)
      if (index === undefined) throw new Error(`there is no index ${from}`)
      return { ...before, indexes: withEntry(without(before.indexes, from), { ...index, name: to }) }
    }),
  invert: (_, { table, from, to }) => ({ kind: 'renameIndex', table, from: to, to: from }),
  toSql: ({ from, to }) => [{ kind: 'transaction', sql: `ALTER INDEX ${inNamespace(from)} RENAME TO ${ident(to)}` }],
  names: ({ table, from, to }) => naming({ parts: [{ table, from, to }] }),
  about: ({ table, from, to }) => ({ of: 'index', table, from, to }),
  remembered: () => NOT_REMEMBERED,
  needs: () => altering({ creates: true }),
  holds: () => [],
  undone: atOnce,
  hazards: () => [],
  touches: ({ table }) => [table],
}
