import type { ChangeKind } from '../change.ts'
import { columnOf, editTable } from '../edit.ts'
import { ident, inNamespace, literal } from '../sql.ts'
import type { FillNulls } from './fillNulls.ts'
import { batchSql } from './sql/batchSql.ts'

/** The undo of filled places: those that still hold what they were filled with are empty again. */
export type EmptyFilled = Omit<FillNulls, 'kind'> & { readonly kind: 'emptyFilled' }

export const emptyFilled: ChangeKind<EmptyFilled> = {
  kind: 'emptyFilled',
  lock: 'ROW EXCLUSIVE',
  scans: false,
  apply: (schema, { table, column }) =>
    editTable(schema, table, (before) => {
      columnOf(before, column)
      return before
    }),
  invert: (_, change) => ({ ...change, kind: 'fillNulls' }),
  toSql: ({ table, column, expression, name }) => {
    const filled = `f.namespace = :'ns' AND f.fill = ${literal(name)}`
    return [
      {
        kind: 'backfill',
        sql: batchSql({
          rows: 'SELECT f.row_id AS id FROM schema_saga_target.filled_row f',
          key: 'f.row_id',
          where: filled,
          work: [
            `UPDATE ${inNamespace(table)} t SET ${ident(column)} = NULL FROM batch\n   WHERE t."id" = batch.id AND t.${ident(column)} = ${expression}`,
            `DELETE FROM schema_saga_target.filled_row f USING batch WHERE ${filled} AND f.row_id = batch.id`,
          ],
        }),
      },
    ]
  },
  hazards: () => [],
  touches: ({ table }) => [table],
}
