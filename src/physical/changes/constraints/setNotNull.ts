import { shortenName } from '../../../logical/names/shortenName.ts'
import type { ChangeKind, Step } from '../../change.ts'
import { editTable, withColumnEdited } from '../../edits/edit.ts'
import { NO_NAMES } from '../../naming.ts'
import { altering } from '../../needs.ts'
import { NOT_REMEMBERED } from '../../remembered.ts'
import { ident, inNamespace } from '../../sql.ts'
import { lenientNotNull } from '../sql/lenientSql.ts'
import { last } from '../undone.ts'

/** A column may no longer be empty; old rows are looked at while others write, so that the last step need not. */
export interface SetNotNull {
  readonly kind: 'setNotNull'
  readonly table: string
  readonly column: string
  /** Nothing empty is written any more: the check that stands for the rule is there since places were filled. */
  readonly closed?: true
  /** The rule comes back with a column that had been set aside: rows may break it. */
  readonly lenient?: true
}

export const setNotNull: ChangeKind<SetNotNull> = {
  kind: 'setNotNull',
  lock: 'ACCESS EXCLUSIVE',
  scans: true,
  apply: (schema, { table, column }) =>
    editTable(schema, table, (before) => withColumnEdited(before, column, { notNull: true })),
  invert: (_, { table, column }) => ({ kind: 'dropNotNull', table, column }),
  toSql: (change) => {
    const { table, column, closed, lenient } = change
    if (lenient) return lenientNotNull(table, column, proofName(table, column))
    const alter = `ALTER TABLE ${inNamespace(table)}`
    const proof = ident(proofName(table, column))
    return [
      ...(closed ? [] : [proofStep(table, column)]),
      { kind: 'transaction', alone: true, sql: `${alter} VALIDATE CONSTRAINT ${proof}` },
      // Proven by the constraint: Postgres does not read the table again.
      { kind: 'transaction', sql: `${alter} ALTER COLUMN ${ident(column)} SET NOT NULL` },
      { kind: 'transaction', sql: `${alter} DROP CONSTRAINT ${proof}` },
    ]
  },
  toUndoSql: ({ table, column }) => lenientNotNull(table, column, proofName(table, column)),
  names: () => NO_NAMES,
  about: () => null,
  remembered: () => NOT_REMEMBERED,
  needs: () => altering({ heirs: true }),
  holds: () => [],
  undone: last,
  hazards: () => [],
  touches: ({ table }) => [table],
}

/** The rule for whoever writes from now on. */
export function proofStep(table: string, column: string): Step {
  return {
    kind: 'transaction',
    sql: `ALTER TABLE ${inNamespace(table)} ADD CONSTRAINT ${ident(proofName(table, column))} CHECK (${ident(column)} IS NOT NULL) NOT VALID`,
  }
}

/** The check that stands for NOT NULL until all rows were looked at. */
export function proofName(table: string, column: string): string {
  return shortenName(`_aside_proof_${table}_${column}`)
}
