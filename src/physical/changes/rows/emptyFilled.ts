import type { ChangeKind, Step } from '../../change.ts'
import { columnOf, editTable } from '../../edits/edit.ts'
import { NO_NAMES } from '../../naming.ts'
import { ROWS_ONLY } from '../../needs.ts'
import { NOT_REMEMBERED } from '../../remembered.ts'
import { ident, inNamespace, literal } from '../../sql.ts'
import { proofName } from '../constraints/setNotNull.ts'
import { batchSql, OF_BATCH } from '../sql/batchSql.ts'
import { last } from '../undone.ts'
import type { FillNulls } from './fillNulls.ts'

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
  toSql: (change) => [...(change.closes ? [openSql(change)] : []), emptySql(change)],
  names: () => NO_NAMES,
  about: () => null,
  remembered: () => NOT_REMEMBERED,
  needs: () => ({ ...ROWS_ONLY, writes: true }),
  holds: () => [],
  undone: last,
  hazards: () => [],
  touches: ({ table }) => [table],
}

/** Places may be empty again. */
function openSql({ table, column }: EmptyFilled): Step {
  return {
    kind: 'transaction',
    sql: `ALTER TABLE ${inNamespace(table)} DROP CONSTRAINT IF EXISTS ${ident(proofName(table, column))}`,
    lock: 'ACCESS EXCLUSIVE',
  }
}

/** The batches; a row that cannot be written keeps what it was filled with. */
function emptySql({ table, column, expression, name }: Omit<EmptyFilled, 'kind'>): Step {
  const filled = `f.namespace = :'ns' AND f.fill = ${literal(name)}`
  const rows = { rows: 'SELECT f.row_id AS id FROM schema_saga_target.filled_row f', key: 'f.row_id', where: filled }
  return {
    kind: 'backfill',
    writes: { table, columns: [column] },
    sql: batchSql({
      ...rows,
      work: [
        `UPDATE ${inNamespace(table)} t SET ${ident(column)} = NULL FROM batch\n   WHERE ${OF_BATCH} AND t.${ident(column)} = ${expression}`,
        `DELETE FROM schema_saga_target.filled_row f USING batch WHERE ${filled} AND f.row_id = batch.id`,
      ],
    }),
    lenient: {
      object: `${table}.${column}`,
      what: 'rows keep what they were filled with',
      table,
      condition: 'true',
      skip: batchSql({ ...rows, work: [] }),
    },
  }
}
