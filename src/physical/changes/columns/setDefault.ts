import type { ChangeKind } from '../../change.ts'
import { columnOf, editTable, tableOf, withColumnEdited } from '../../edits/edit.ts'
import { NO_NAMES } from '../../naming.ts'
import { altering } from '../../needs.ts'
import { NOT_REMEMBERED } from '../../remembered.ts'
import { ident, inNamespace } from '../../sql.ts'
import { atOnce } from '../undone.ts'

/** Another default for rows that come; those that are there stay as they are. */
export interface SetDefault {
  readonly kind: 'setDefault'
  readonly table: string
  readonly column: string
  /** The expression as Postgres prints it. */
  readonly expression: string
}

export const setDefault: ChangeKind<SetDefault> = {
  kind: 'setDefault',
  lock: 'ACCESS EXCLUSIVE',
  scans: false,
  apply: (schema, { table, column, expression }) =>
    editTable(schema, table, (before) => withColumnEdited(before, column, { default: expression })),
  invert: (before, { table, column }) => {
    const old = columnOf(tableOf(before, table), column).default
    return old === null
      ? { kind: 'dropDefault', table, column }
      : { kind: 'setDefault', table, column, expression: old }
  },
  toSql: ({ table, column, expression }) => [
    {
      kind: 'transaction',
      sql: `ALTER TABLE ${inNamespace(table)} ALTER COLUMN ${ident(column)} SET DEFAULT ${expression}`,
    },
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
