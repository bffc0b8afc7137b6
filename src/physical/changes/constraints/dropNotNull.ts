import type { ChangeKind } from '../../change.ts'
import { editTable, withColumnEdited } from '../../edits/edit.ts'
import { NO_NAMES } from '../../naming.ts'
import { altering } from '../../needs.ts'
import { NOT_REMEMBERED } from '../../remembered.ts'
import { ident, inNamespace } from '../../sql.ts'
import { atOnce } from '../undone.ts'
import { proofName } from './setNotNull.ts'

/** A column may be empty again. */
export interface DropNotNull {
  readonly kind: 'dropNotNull'
  readonly table: string
  readonly column: string
}

export const dropNotNull: ChangeKind<DropNotNull> = {
  kind: 'dropNotNull',
  lock: 'ACCESS EXCLUSIVE',
  scans: false,
  apply: (schema, { table, column }) =>
    editTable(schema, table, (before) => withColumnEdited(before, column, { notNull: false })),
  invert: (_, { table, column }) => ({ kind: 'setNotNull', table, column }),
  toSql: (change) => [{ kind: 'transaction', sql: dropSql(change) }],
  // What is undone may have come no further than the check that proves it.
  toUndoSql: (change) => [
    {
      kind: 'transaction',
      sql: `ALTER TABLE ${inNamespace(change.table)} DROP CONSTRAINT IF EXISTS ${ident(proofName(change.table, change.column))}`,
    },
    { kind: 'transaction', sql: dropSql(change) },
  ],
  names: () => NO_NAMES,
  about: () => null,
  remembered: () => NOT_REMEMBERED,
  needs: () => altering({ heirs: true }),
  holds: () => [],
  undone: atOnce,
  hazards: () => [],
  touches: ({ table }) => [table],
}

function dropSql({ table, column }: DropNotNull): string {
  return `ALTER TABLE ${inNamespace(table)} ALTER COLUMN ${ident(column)} DROP NOT NULL`
}
