/** The key by which a statement of people's own goes through its table in batches: its primary key, as it is found there. */
import type { ClientBase } from 'pg'
import type { ScriptBatch } from '../../../sql/script/script.ts'

/** One of its columns. */
export interface KeyColumn {
  readonly name: string
  /** As SQL, with its namespace; without a length, which would cut values. */
  readonly type: string
  /** Whether it is a date or a time, which a session may write in a way that it cannot read again. */
  readonly isMoment: boolean
}

interface Row extends KeyColumn {
  readonly hasChildren: boolean
}

const KEY = `
  SELECT a.attname::text AS name, format_type(a.atttypid, -1) AS type, t.typcategory = 'D' AS "isMoment",
         EXISTS (SELECT FROM pg_inherits h JOIN pg_class d ON d.oid = h.inhrelid
                  WHERE h.inhparent = c.oid AND NOT d.relispartition) AS "hasChildren"
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary AND i.indisvalid
    CROSS JOIN LATERAL unnest(i.indkey::int2[]) WITH ORDINALITY AS k(attnum, at)
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.attnum
    JOIN pg_type t ON t.oid = a.atttypid
   WHERE n.nspname = $1 AND c.relname = $2 AND k.at <= i.indnkeyatts ORDER BY k.at`

/** The columns of the key in their order, or in words why its batches cannot go by it. */
export async function batchKey(
  client: ClientBase,
  namespace: string,
  { table, columns }: Pick<ScriptBatch, 'table' | 'columns'>,
): Promise<readonly KeyColumn[] | string> {
  const { rows } = await client.query<Row>(KEY, [namespace, table])
  if (rows.length === 0) return `batches go by the primary key, and "${table}" has none`
  const assigned = rows.find(({ name }) => columns.includes(name))
  if (assigned !== undefined) {
    return `it assigns to "${assigned.name}", which is in the primary key of "${table}", by which batches go`
  }
  if (rows.some(({ hasChildren }) => hasChildren)) {
    return `tables inherit from "${table}", and the primary key, by which batches go, is not theirs`
  }
  return rows.map(({ name, type, isMoment }) => ({ name, type, isMoment }))
}
