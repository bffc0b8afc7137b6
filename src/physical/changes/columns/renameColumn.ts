import type { ChangeKind } from '../../change.ts'
import { columnOf, editTable } from '../../edits/edit.ts'
import { renameInTable } from '../../edits/rename.ts'
import { naming } from '../../naming.ts'
import { altering } from '../../needs.ts'
import { NOT_REMEMBERED } from '../../remembered.ts'
import { ident, inNamespace } from '../../sql.ts'
import { atOnce } from '../undone.ts'

/** A column under another name; Postgres follows with what is on it, whose own names are changes of their own. */
export interface RenameColumn {
  readonly kind: 'renameColumn'
  readonly table: string
  readonly from: string
  readonly to: string
}

export const renameColumn: ChangeKind<RenameColumn> = {
  kind: 'renameColumn',
  lock: 'ACCESS EXCLUSIVE',
  scans: false,
  apply: (schema, { table, from, to }) =>
    editTable(schema, table, (before) => {
      columnOf(before, from)
      return renameInTable(before, from, to)
    }),
  invert: (_, { table, from, to }) => ({ kind: 'renameColumn', table, from: to, to: from }),
  toSql: ({ table, from, to }) => [
    { kind: 'transaction', sql: `ALTER TABLE ${inNamespace(table)} RENAME COLUMN ${ident(from)} TO ${ident(to)}` },
  ],
  names: ({ table, from, to }) => naming({ columns: [{ table, from, to }] }),
  // One that comes from out of sight changes places with another, in an order of its own.
  about: ({ table, from, to }) => (from.startsWith('_aside_') ? null : { of: 'column', table, from, to }),
  remembered: () => NOT_REMEMBERED,
  needs: () => altering({ columns: true }),
  holds: () => [],
  undone: atOnce,
  hazards: ({ table, from }) =>
    from.startsWith('_aside_')
      ? []
      : [
          {
            name: 'BREAKS_OLD_READERS',
            detail: `applications that still read ${table}.${from} fail until they know the new name`,
          },
        ],
  touches: ({ table }) => [table],
}
