import type { ChangeKind } from '../../change.ts'
import { columnOf, editTable } from '../../edits/edit.ts'
import { NO_NAMES } from '../../naming.ts'
import { ROWS_ONLY } from '../../needs.ts'
import { remembering } from '../../remembered.ts'
import { ident, inNamespace, literal } from '../../sql.ts'
import { proofStep } from '../constraints/setNotNull.ts'
import { batchSql, OF_BATCH, rowsOf } from '../sql/batchSql.ts'
import { orElse } from '../sql/conditions.ts'
import { last } from '../undone.ts'

/** Empty places of a column get a value; which rows these were is kept, so that the undo is exact. */
export interface FillNulls {
  readonly kind: 'fillNulls'
  readonly table: string
  readonly column: string
  readonly expression: string
  /** Under which the rows are remembered in each target. */
  readonly name: string
  /** Nothing empty is written from the beginning, so that none is behind the batches when all rows are looked at. */
  readonly closes?: true
}

export const fillNulls: ChangeKind<FillNulls> = {
  kind: 'fillNulls',
  lock: 'ACCESS EXCLUSIVE',
  scans: true,
  apply: (schema, { table, column }) =>
    editTable(schema, table, (before) => {
      columnOf(before, column)
      return before
    }),
  invert: (_, change) => ({ ...change, kind: 'emptyFilled' }),
  toSql: (change) => [
    ...(change.closes ? [proofStep(change.table, change.column)] : []),
    { kind: 'backfill', writes: { table: change.table, columns: [change.column] }, sql: fillSql(change) },
  ],
  names: () => NO_NAMES,
  about: () => null,
  remembered: (filled) => remembering({ filled }),
  needs: () => ({ ...ROWS_ONLY, writes: true }),
  holds: ({ table, column, expression }) => [{ table, column, value: orElse(column, expression) }],
  undone: last,
  hazards: ({ table, column, closes }) => [
    { name: 'WRITES_ROWS', detail: `rows of ${table} without a value in ${column} get the default, in batches` },
    ...(closes
      ? [
          {
            name: 'REFUSES_EMPTY',
            detail: `writes that leave ${table}.${column} empty are refused from the beginning, while rows are still filled`,
          },
        ]
      : []),
  ],
  touches: ({ table }) => [table],
}

/** The batches, which remember the rows that they fill. */
function fillSql({ table, column, expression, name }: Omit<FillNulls, 'kind'>): string {
  return batchSql({
    ...rowsOf(table),
    where: `t.${ident(column)} IS NULL`,
    work: [
      `INSERT INTO schema_saga_target.filled_row (namespace, fill, row_id)\n  SELECT :'ns', ${literal(name)}, id FROM batch ON CONFLICT DO NOTHING`,
      `UPDATE ${inNamespace(table)} t SET ${ident(column)} = ${expression} FROM batch WHERE ${OF_BATCH}`,
    ],
  })
}
