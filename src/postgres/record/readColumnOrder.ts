/** The order of the columns of tables, of which a record says nothing: tenants differ in it by right, one namespace with itself does not. */
import type { ClientBase } from 'pg'

/** By table, without quotes, those that are there in order of their position; partitions may have another order than their root. */
export async function readColumnOrder(
  client: ClientBase,
  namespace: string,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const { rows } = await client.query<{ name: string; columns: readonly string[] }>(
    `SELECT c.relname::text AS name, coalesce(pg_catalog.array_agg(a.attname::text ORDER BY a.attnum) FILTER (WHERE a.attnum > 0), '{}') AS columns
       FROM pg_catalog.pg_namespace n
       JOIN pg_catalog.pg_class c ON c.relnamespace OPERATOR(pg_catalog.=) n.oid
       LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid OPERATOR(pg_catalog.=) c.oid AND a.attnum OPERATOR(pg_catalog.>) 0
        AND NOT a.attisdropped AND NOT pg_catalog.starts_with(a.attname::text, '_aside_')
      WHERE n.nspname OPERATOR(pg_catalog.=) $1 AND c.relkind OPERATOR(pg_catalog.=) ANY ('{r,p}') AND NOT c.relispartition
        AND NOT pg_catalog.starts_with(c.relname::text, '_aside_')
      GROUP BY c.oid, c.relname ORDER BY c.relname`,
    [namespace],
  )
  return new Map(rows.map(({ name, columns }) => [name, columns]))
}
