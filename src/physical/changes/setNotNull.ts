import { shortenName } from '../../logical/shortenName.ts'
import type { ChangeKind } from '../change.ts'
import { editTable, withColumnEdited } from '../edit.ts'
import { ident, inNamespace, literal } from '../sql.ts'

/** A column may no longer be empty; old rows are looked at while others write, so that the last step need not. */
export interface SetNotNull {
  readonly kind: 'setNotNull'
  readonly table: string
  readonly column: string
}

export const setNotNull: ChangeKind<SetNotNull> = {
  kind: 'setNotNull',
  lock: 'ACCESS EXCLUSIVE',
  scans: true,
  apply: (schema, { table, column }) =>
    editTable(schema, table, (before) => withColumnEdited(before, column, { notNull: true })),
  invert: (_, { table, column }) => ({ kind: 'dropNotNull', table, column }),
  toSql: ({ table, column }) => {
    const alter = `ALTER TABLE ${inNamespace(table)}`
    const proof = ident(proofName(table, column))
    return [
      {
        kind: 'transaction',
        sql: `${alter} ADD CONSTRAINT ${proof} CHECK (${ident(column)} IS NOT NULL) NOT VALID`,
      },
      { kind: 'transaction', alone: true, sql: `${alter} VALIDATE CONSTRAINT ${proof}` },
      // Proven by the constraint: Postgres does not read the table again.
      { kind: 'transaction', sql: `${alter} ALTER COLUMN ${ident(column)} SET NOT NULL` },
      { kind: 'transaction', sql: `${alter} DROP CONSTRAINT ${proof}` },
    ]
  },
  toUndoSql: ({ table, column }) => [
    {
      kind: 'transaction',
      sql: `SELECT schema_saga_target.restore_not_null_v1(:'ns', ${literal(table)}, ${literal(column)})`,
    },
  ],
  hazards: () => [],
  touches: ({ table }) => [table],
}

/** The check that stands for NOT NULL until all rows were looked at. */
export function proofName(table: string, column: string): string {
  return shortenName(`_aside_proof_${table}_${column}`)
}
