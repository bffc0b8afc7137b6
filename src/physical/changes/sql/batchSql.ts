/** The SQL of one batch of a backfill: by key, so that no row is looked at twice, in an order that cannot deadlock. */
import { inNamespace } from '../../sql.ts'

/** Replaced for each batch: the last key of the one before (empty at first), and how many rows at most. */
export const AFTER = `:'after'`
export const LIMIT = ':batch'

/**
 * That a row `t` of the table is one of `batch`. With its bounds, Postgres reads these rows only; without them, it finds
 * it cheaper to read the whole table for each batch, up to some hundred thousand rows.
 */
export const OF_BATCH =
  't."id" = batch.id AND t."id" BETWEEN (SELECT min(id) FROM batch) AND (SELECT max(id) FROM batch)'

/** One batch: which rows, and what is done with them under the name `batch`. */
export interface Batch {
  /** The rows, with their key as `id`, for example `SELECT t.id FROM :"ns"."food" t`. */
  readonly rows: string
  readonly where?: string
  /** The expression of the key in `rows`. */
  readonly key: string
  /** Clause that locks the rows, where they are rows of the table itself. */
  readonly lock?: boolean
  /** Data-changing statements over `batch`, each a common table expression. */
  readonly work: readonly string[]
  /** The batch says in `due` which rows must be written; the first statement returns those that were, and `still` whether in vain. */
  readonly tells?: true
}

// A trigger of the application may leave a row as it is in an UPDATE, and no error says so.
const KEPT = 'FILTER (WHERE batch.due AND coalesce(work_1.still, true))'

/** The statement; its answer is the last key and the number of rows, and how many (`kept`) should have been written. */
export function batchSql({ rows, where, key, lock, work, tells }: Batch): string {
  const condition = `(${AFTER} = '' OR ${key} > ${AFTER})${where === undefined ? '' : ` AND ${where}`}`
  const parts = work.map((sql, index) => `, work_${index + 1} AS (\n  ${sql}\n)`)
  return (
    `WITH batch AS MATERIALIZED (\n  ${rows} WHERE ${condition} ORDER BY ${key} LIMIT ${LIMIT}` +
    `${lock ? ' FOR NO KEY UPDATE' : ''}\n)${parts.join('')}\n` +
    (tells
      ? `SELECT max(batch.id) AS last, count(*)::integer AS rows, count(*) ${KEPT}::integer AS kept,\n  ` +
        `(array_agg(batch.id ORDER BY batch.id) ${KEPT})[1:5] AS ids\n  ` +
        'FROM batch LEFT JOIN work_1 ON work_1.id = batch.id'
      : 'SELECT max(id) AS last, count(*)::integer AS rows FROM batch')
  )
}

/** The rows of a table in the namespace, and with `due` which of them must be written. */
export function rowsOf(table: string, due?: string): Pick<Batch, 'rows' | 'key' | 'lock'> {
  const more = due === undefined ? '' : `, (${due}) AS due`
  return { rows: `SELECT t."id"${more} FROM ${inNamespace(table)} t`, key: 't."id"', lock: true }
}
