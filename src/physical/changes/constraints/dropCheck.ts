import type { ChangeKind } from '../../change.ts'
import { editTable, without } from '../../edits/edit.ts'
import { NO_NAMES } from '../../naming.ts'
import { altering } from '../../needs.ts'
import { NOT_REMEMBERED } from '../../remembered.ts'
import type { Check } from '../../schema.ts'
import { ident, inNamespace } from '../../sql.ts'
import { atOnce } from '../undone.ts'

/** A check is no longer wanted; no row changes. */
export interface DropCheck {
  readonly kind: 'dropCheck'
  readonly table: string
  readonly check: Check
}

export const dropCheck: ChangeKind<DropCheck> = {
  kind: 'dropCheck',
  lock: 'ACCESS EXCLUSIVE',
  scans: false,
  apply: (schema, { table, check }) =>
    editTable(schema, table, (before) => ({ ...before, checks: without(before.checks, check.name) })),
  invert: (_, { table, check }) => ({ kind: 'addCheck', table, check }),
  toSql: ({ table, check }) => [
    { kind: 'transaction', sql: `ALTER TABLE ${inNamespace(table)} DROP CONSTRAINT ${ident(check.name)}` },
  ],
  names: () => NO_NAMES,
  about: ({ table, check }) => ({ of: 'check', table, from: check.name, to: null }),
  remembered: () => NOT_REMEMBERED,
  needs: () => altering({ heirs: true }),
  holds: () => [],
  undone: atOnce,
  hazards: () => [],
  touches: ({ table }) => [table],
}
