import type { ChangeKind } from '../../change.ts'
import { editTable, removeAside } from '../../edits/edit.ts'
import { asideName, withColumn } from '../../edits/tableEntries.ts'
import type { Expression } from '../../expressions/expression.ts'
import { naming } from '../../naming.ts'
import { altering } from '../../needs.ts'
import { NOT_REMEMBERED } from '../../remembered.ts'
import type { Column } from '../../schema.ts'
import { ident, inNamespace } from '../../sql.ts'
import { addColumnSql } from '../sql/columnSql.ts'
import { constant } from '../sql/conditions.ts'
import { eitherSql } from '../sql/eitherSql.ts'
import { atOnce } from '../undone.ts'
import type { SetAsideColumn } from './setAsideColumn.ts'

/** A new column; a constant default fills the existing rows without rewriting the table. */
export interface AddColumn {
  readonly kind: 'addColumn'
  readonly table: string
  readonly column: Column
  readonly prefix: string
  /** Where its values come from when it is filled by us: a sync that keeps it in step, or a copy of another column. */
  readonly filledBy?: { readonly sync: string } | { readonly copyOf: Expression }
  /**
   * Another operation set a column aside under this very name: where it is there, it is taken as it is, without the
   * rules that were on it.
   */
  readonly reuses?: SetAsideColumn
}

const NOTHING = { uniques: [], checks: [], foreignKeys: [], indexes: [] }

export const addColumn: ChangeKind<AddColumn> = {
  kind: 'addColumn',
  lock: 'ACCESS EXCLUSIVE',
  scans: false,
  apply: (schema, { table, column, reuses }) =>
    editTable(reuses === undefined ? schema : removeAside(schema, column.name), table, (before) =>
      withColumn(before, column, NOTHING),
    ),
  invert: (_, change) => ({ ...change, kind: 'dropColumn' }),
  toSql: ({ table, column, reuses }) => {
    const statements = addColumnSql(table, column)
    if (reuses === undefined) return statements.map((sql) => ({ kind: 'transaction', sql }))
    const there = withoutRulesSql(table, reuses)
    return [eitherSql({ kind: 'column', aside: column.name, restores: true, there, otherwise: statements })]
  },
  names: ({ table, column }) => naming({ columns: [{ table, from: null, to: column.name }] }),
  about: () => null,
  remembered: () => NOT_REMEMBERED,
  needs: ({ column }) => altering({ columns: true, added: 1, fills: column.default !== null }),
  holds: ({ table, column, reuses }) =>
    reuses === undefined ? [{ table, column: column.name, value: constant(column.type, column.default) }] : [],
  undone: atOnce,
  hazards: () => [],
  touches: ({ table }) => [table],
}

/** An earlier try may have taken them off. */
function withoutRulesSql(table: string, { prefix, uniques, checks, indexes }: SetAsideColumn): readonly string[] {
  const constraints = [...uniques, ...checks].map(
    ({ name }) => `ALTER TABLE ${inNamespace(table)} DROP CONSTRAINT IF EXISTS ${ident(asideName(prefix, name))}`,
  )
  const plain = indexes.map(({ name }) => `DROP INDEX IF EXISTS ${inNamespace(asideName(prefix, name))}`)
  return [...constraints, ...plain]
}
