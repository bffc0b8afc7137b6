/** The SQL of one batch of a backfill: by key, so that no row is looked at twice, in an order that cannot deadlock. */
import { inNamespace } from '../../sql.ts'

/** Replaced for each batch: the last key of the one before (empty at first), and how many rows at most. */
export const AFTER = `:'after'`
export const LIMIT = ':batch'

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
}

/** The statement; its answer is the last key and the number of rows. */
export function batchSql({ rows, where, key, lock, work }: Batch): string {
  const condition = `(${AFTER} = '' OR ${key} > ${AFTER})${where === undefined ? '' : ` AND ${where}`}`
  const parts = work.map((sql, index) => `, work_${index + 1} AS (\n  ${sql}\n)`)
  return (
    `WITH batch AS MATERIALIZED (\n  ${rows} WHERE ${condition} ORDER BY ${key} LIMIT ${LIMIT}` +
    `${lock ? ' FOR NO KEY UPDATE' : ''}\n)${parts.join('')}\n` +
    'SELECT max(id) AS last, count(*)::integer AS rows FROM batch'
  )
}

/** The rows of a table in the namespace. */
export function rowsOf(table: string): Pick<Batch, 'rows' | 'key' | 'lock'> {
  return { rows: `SELECT t."id" FROM ${inNamespace(table)} t`, key: 't."id"', lock: true }
}
