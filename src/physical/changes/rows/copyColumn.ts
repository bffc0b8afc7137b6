import type { ChangeKind } from '../../change.ts'
import { columnOf, editTable } from '../../edits/edit.ts'
import { type Assignment, overRow } from '../../expressions/expression.ts'
import { NO_NAMES } from '../../naming.ts'
import { ROWS_ONLY } from '../../needs.ts'
import { NOT_REMEMBERED } from '../../remembered.ts'
import { ident, inNamespace } from '../../sql.ts'
import { batchSql, OF_BATCH, rowsOf } from '../sql/batchSql.ts'
import { atOnce } from '../undone.ts'

/** Columns get their values from others of the same row; undoing it is left to the undo of the columns themselves. */
export interface CopyColumn {
  readonly kind: 'copyColumn'
  readonly table: string
  readonly assignments: readonly Assignment[]
  /** Leave rows alone in which the column holds something already. */
  readonly emptyOnly: boolean
}

export const copyColumn: ChangeKind<CopyColumn> = {
  kind: 'copyColumn',
  lock: 'ROW EXCLUSIVE',
  scans: true,
  apply: (schema, { table, assignments }) =>
    editTable(schema, table, (before) => {
      for (const { column, value } of assignments) for (const name of [column, ...value.columns]) columnOf(before, name)
      return before
    }),
  // Nothing to take back: a column that was filled here goes with its values when its own addition is undone.
  invert: (_, change) => ({ ...change, assignments: [] }),
  toSql: ({ table, assignments, emptyOnly }) => {
    if (assignments.length === 0) return []
    const sets = assignments.map(({ column, value }) => `${ident(column)} = ${overRow(value, 't')}`)
    // A value that does not fit leaves the column as empty as it was: such a row is written all the same, to be noted.
    const stale = assignments.flatMap(({ column, value, misfit }) => [
      emptyOnly ? `t.${ident(column)} IS NULL` : `t.${ident(column)} IS DISTINCT FROM ${overRow(value, 't')}`,
      ...(misfit === null ? [] : [`(${overRow(misfit, 't')})`]),
    ])
    const due = stale.join(' OR ')
    const still = assignments.map(({ column, value }) =>
      emptyOnly
        ? `t.${ident(column)} IS NULL AND ${overRow(value, 't')} IS NOT NULL`
        : `t.${ident(column)} IS DISTINCT FROM ${overRow(value, 't')}`,
    )
    return [
      {
        kind: 'backfill',
        writes: { table, columns: assignments.map(({ column }) => column) },
        sql: batchSql({
          ...rowsOf(table, due),
          tells: true,
          work: [
            `UPDATE ${inNamespace(table)} t SET ${sets.join(', ')}\n    FROM batch WHERE ${OF_BATCH} AND (${due})\n    RETURNING batch.id, (${still.join(' OR ')}) AS still`,
          ],
        }),
      },
    ]
  },
  names: () => NO_NAMES,
  about: () => null,
  remembered: () => NOT_REMEMBERED,
  needs: () => ({ ...ROWS_ONLY, everyRow: true, writes: true }),
  holds: ({ table, assignments }) => assignments.map(({ column, value }) => ({ table, column, value })),
  undone: atOnce,
  hazards: ({ table, assignments }) =>
    assignments.length === 0
      ? []
      : [{ name: 'WRITES_ROWS', detail: `all rows of ${table} are written once more, in batches` }],
  touches: ({ table }) => [table],
}
