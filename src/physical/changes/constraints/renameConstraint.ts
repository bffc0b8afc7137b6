import type { ChangeKind } from '../../change.ts'
import { editTable } from '../../edits/edit.ts'
import { renameKeyInTable } from '../../edits/rename.ts'
import { ident, inNamespace } from '../../sql.ts'

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
  hazards: () => [],
  touches: ({ table }) => [table],
}
