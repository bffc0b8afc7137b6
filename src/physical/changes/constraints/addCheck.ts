import type { ChangeKind } from '../../change.ts'
import { editTable, withEntry } from '../../edits/edit.ts'
import { NO_NAMES } from '../../naming.ts'
import { altering } from '../../needs.ts'
import { NOT_REMEMBERED } from '../../remembered.ts'
import type { Check } from '../../schema.ts'
import { ident, inNamespace } from '../../sql.ts'
import { checkExpression } from '../sql/columnSql.ts'
import { lenientCheck } from '../sql/lenientSql.ts'
import { last } from '../undone.ts'

/** A check on an existing table: new rows keep it at once, old ones are looked at while others write. */
export interface AddCheck {
  readonly kind: 'addCheck'
  readonly table: string
  readonly check: Check
}

export const addCheck: ChangeKind<AddCheck> = {
  kind: 'addCheck',
  lock: 'ACCESS EXCLUSIVE',
  scans: true,
  apply: (schema, { table, check }) =>
    editTable(schema, table, (before) => ({ ...before, checks: withEntry(before.checks, check) })),
  invert: (_, { table, check }) => ({ kind: 'dropCheck', table, check }),
  toSql: ({ table, check }) => [
    {
      kind: 'transaction',
      sql: `ALTER TABLE ${inNamespace(table)} ADD CONSTRAINT ${ident(check.name)} CHECK ${checkExpression(check)} NOT VALID`,
    },
    {
      kind: 'transaction',
      alone: true,
      sql: `ALTER TABLE ${inNamespace(table)} VALIDATE CONSTRAINT ${ident(check.name)}`,
    },
  ],
  toUndoSql: ({ table, check }) => lenientCheck(table, check),
  names: () => NO_NAMES,
  about: () => null,
  remembered: () => NOT_REMEMBERED,
  needs: () => altering({ heirs: true }),
  holds: () => [],
  undone: last,
  hazards: () => [],
  touches: ({ table }) => [table],
}
