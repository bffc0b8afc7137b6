import type { ChangeKind } from '../change.ts'
import { columnOf, editTable } from '../edit.ts'
import { ident, inNamespace, literal } from '../sql.ts'
import { batchSql, rowsOf } from './sql/batchSql.ts'

/** Empty places of a column get a value; which rows these were is kept, so that the undo is exact. */
export interface FillNulls {
  readonly kind: 'fillNulls'
  readonly table: string
  readonly column: string
  readonly expression: string
  /** Under which the rows are remembered in each target. */
  readonly name: string
}

export const fillNulls: ChangeKind<FillNulls> = {
  kind: 'fillNulls',
  lock: 'ROW EXCLUSIVE',
  scans: true,
  apply: (schema, { table, column }) =>
    editTable(schema, table, (before) => {
      columnOf(before, column)
      return before
    }),
  invert: (_, change) => ({ ...change, kind: 'emptyFilled' }),
  toSql: ({ table, column, expression, name }) => [
    {
      kind: 'backfill',
      sql: batchSql({
        ...rowsOf(table),
        where: `t.${ident(column)} IS NULL`,
        work: [
          `INSERT INTO schema_saga_target.filled_row (namespace, fill, row_id)\n  SELECT :'ns', ${literal(name)}, id FROM batch ON CONFLICT DO NOTHING`,
          `UPDATE ${inNamespace(table)} t SET ${ident(column)} = ${expression} FROM batch WHERE t."id" = batch.id`,
        ],
      }),
    },
  ],
  hazards: ({ table, column }) => [
    { name: 'WRITES_ROWS', detail: `rows of ${table} without a value in ${column} get the default, in batches` },
  ],
  touches: ({ table }) => [table],
}
