import type { ChangeKind } from '../../change.ts'
import { renameTableInSchema } from '../../edits/renameTableInSchema.ts'
import { naming } from '../../naming.ts'
import { altering } from '../../needs.ts'
import { NOT_REMEMBERED } from '../../remembered.ts'
import { ident, inNamespace } from '../../sql.ts'
import { atOnce } from '../undone.ts'

/** A table under another name; foreign keys to it follow, the names of its parts are changes of their own. */
export interface RenameTable {
  readonly kind: 'renameTable'
  readonly from: string
  readonly to: string
}

export const renameTable: ChangeKind<RenameTable> = {
  kind: 'renameTable',
  lock: 'ACCESS EXCLUSIVE',
  scans: false,
  apply: (schema, { from, to }) => renameTableInSchema(schema, from, to),
  invert: (_, { from, to }) => ({ kind: 'renameTable', from: to, to: from }),
  toSql: ({ from, to }) => [{ kind: 'transaction', sql: `ALTER TABLE ${inNamespace(from)} RENAME TO ${ident(to)}` }],
  names: ({ from, to }) => naming({ tables: [{ from, to }] }),
  about: () => null,
  remembered: () => NOT_REMEMBERED,
  needs: () => altering({ creates: true }),
  holds: () => [],
  undone: atOnce,
  hazards: ({ from }) => [
    { name: 'BREAKS_OLD_READERS', detail: `applications that still read ${from} fail until they know the new name` },
  ],
  touches: ({ from }) => [from],
}
