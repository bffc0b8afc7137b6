/** The SQL of one batch of a statement of people's own: which rows come next, and the statement for these rows alone. */
import { ident, literal } from '../../../physical/sql.ts'
import type { ScriptBatch } from '../../../sql/script/script.ts'
import type { KeyColumn } from './batchKey.ts'

/** The values of a key as texts, in the order of its columns. */
export type KeyValues = readonly string[]

/** The rows of a batch, both ends included. */
export interface KeyRange {
  readonly first: KeyValues
  readonly last: KeyValues
}

/** Which rows come next. */
export interface NextRows {
  /** Those behind this one; null: from the start. */
  readonly after: KeyValues | null
  /** Up to this one; null: to the end. */
  readonly until: KeyValues | null
}

/** What `find` answers; the keys are JSON. */
export interface FoundRows {
  readonly found: number
  readonly first: string | null
  readonly last: string | null
}

/** The statements of all batches on one target. */
export interface BatchStatements {
  /** How many rows come next, at most `limit`, and the first and the last of them. */
  readonly find: (from: NextRows, limit: number) => string
  /** The statement of the text, for these rows. */
  readonly write: (range: KeyRange) => string
  /** Whether rows of the range meet the condition (`stays`); `own`: of those only that this transaction has written. */
  readonly look: (range: KeyRange, own: boolean) => string
}

/** Whether its rows are gone afterwards. */
export function deletes({ columns }: Pick<ScriptBatch, 'columns'>): boolean {
  return columns.length === 0
}

/**
 * Every key is compared by its own type, so that the order is that of its index. Rows are found first, without a lock and for
 * as long as it takes where few meet the condition; then they are locked in the order of their keys, and looked at again.
 */
export function batchStatements(namespace: string, batch: ScriptBatch, key: readonly KeyColumn[]): BatchStatements {
  const name = ident(namespace)
  const columns = key.map((column) => `${ident(batch.table)}.${ident(column.name)}`)
  const order = columns.join(', ')
  const from = `FROM ${name}.${ident(batch.table)}`
  const condition = batch.condition === null ? [] : [`(${batch.condition.join(name)})`]
  const values = (of: KeyValues): string =>
    `(${key.map(({ type }, at) => `${literal(of[at] ?? '')}::${type}`).join(', ')})`
  const between = ({ first, last }: KeyRange): string =>
    `(${order}) >= ${values(first)} AND (${order}) <= ${values(last)}`
  const within = (range: KeyRange): string => [between(range), ...condition].join(' AND ')
  const texts = columns.map((column, at) => (key[at]?.isMoment ? `to_json(${column}) #>> '{}'` : `${column}::text`))
  // An UPDATE leaves keys alone, so that rows which refer to those that it writes need not wait for it.
  const lock = deletes(batch) ? 'FOR UPDATE' : 'FOR NO KEY UPDATE'
  return {
    find: ({ after, until }, limit) => {
      const lower = after === null ? [] : [`(${order}) > ${values(after)}`]
      const upper = until === null ? [] : [`(${order}) <= ${values(until)}`]
      const behind = [...lower, ...upper, ...condition].join(' AND ')
      const next = `SELECT json_build_array(${texts.join(', ')})::text AS key, row_number() OVER (ORDER BY ${order}) AS at
         ${from}${behind === '' ? '' : ` WHERE ${behind}`} ORDER BY ${order} LIMIT ${limit}`
      return `SELECT count(*)::int4 AS found, (array_agg(r.key ORDER BY r.at))[1] AS first,
              (array_agg(r.key ORDER BY r.at DESC))[1] AS last FROM (${next}) r`
    },
    // The range stands in both, so that no plan goes through the whole table, whatever Postgres knows of its rows.
    write: (range) =>
      `${batch.head.join(name)} WHERE ${between(range)} AND (${order}) IN (SELECT ${order} ${from} WHERE ${within(range)} ORDER BY ${order} ${lock})`,
    look: (range, own) =>
      `SELECT EXISTS (SELECT ${from} WHERE ${within(range)}${own ? ` AND ${ident(batch.table)}.xmin = pg_current_xact_id()::xid` : ''}) AS stays`,
  }
}
