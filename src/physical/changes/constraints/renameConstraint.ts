import type { ChangeKind } from '../../change.ts'
import { editTable } from '../../edits/edit.ts'
import { renameKeyInTable } from '../../edits/rename.ts'
import { naming } from '../../naming.ts'
import { altering } from '../../needs.ts'
import { NOT_REMEMBERED } from '../../remembered.ts'
import { ident, inNamespace } from '../../sql.ts'
import { atOnce } from '../undone.ts'

/** A key or check follows the name of its column or table. */
export interface RenameConstraint {
  readonly kind: 'renameConstraint'
  readonly table: string
  readonly from: string
  readonly to: string
}

export const renameConstraint: ChangeKind<RenameConstraint> = {
  kind: 'renameConstraint',
  lock: 'ACCESS EXCLUSIVE',
  scans: false,
  apply: (schema, { table, from, to }) => editTable(schema, table, (before) => renameKeyInTable(before, from, to)),
  invert: (_, { table, from, to }) => ({ kind: 'renameConstraint', table, from: to, to: from }),
  toSql: ({ table, from, to }) => [
    { kind: 'transaction', sql: `ALTER TABLE ${inNamespace(table)} RENAME CONSTRAINT ${ident(from)} TO ${ident(to)}` },
  ],
  names: ({ table, from, to }) => naming({ parts: [{ table, from, to }] }),
  about: ({ table, from, to }) => ({ of: 'constraint', table, from, to }),
  remembered: () => NOT_REMEMBERED,
  needs: () => altering(),
  holds: () => [],
  undone: atOnce,
  hazards: () => [],
  touches: ({ table }) => [table],
}
