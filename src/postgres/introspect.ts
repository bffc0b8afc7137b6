/** Reads what a namespace really holds, in one round trip to `pg_catalog`. */
import pg, { type ClientBase, type QueryResult } from 'pg'
import type { PhysicalSchema } from '../physical/schema.ts'
import { type TableRow, tableOf } from './introspectedTable.ts'

/** A column; what the model has no words for (identity, generated, collation) is spelled so that it never passes as equal. */
const COLUMNS = `
  SELECT json_agg(json_build_object(
           'name', a.attname,
           'type', format_type(a.atttypid, a.atttypmod)
             || CASE WHEN a.attcollation <> t.typcollation THEN ' collate ' || a.attcollation::regcollation ELSE '' END,
           'notNull', a.attnotnull,
           'default', CASE
             WHEN a.attidentity <> '' THEN 'generated as identity'
             WHEN a.attgenerated <> '' THEN 'generated always as (' || pg_get_expr(d.adbin, d.adrelid) || ')'
             ELSE pg_get_expr(d.adbin, d.adrelid) END) ORDER BY a.attnum)
    FROM pg_attribute a
    JOIN pg_type t ON t.oid = a.atttypid
    LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
   WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND NOT starts_with(a.attname, '_aside_')`

const CONSTRAINTS = `
  SELECT json_agg(json_build_object(
           'name', k.conname,
           'type', k.contype,
           'columns', (SELECT json_agg(a.attname ORDER BY u.place)
                         FROM unnest(k.conkey) WITH ORDINALITY u(number, place)
                         JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.number),
           'expression', pg_get_expr(k.conbin, k.conrelid),
           'table', (SELECT r.relname FROM pg_class r WHERE r.oid = k.confrelid),
           'references', (SELECT json_agg(a.attname ORDER BY u.place)
                            FROM unnest(k.confkey) WITH ORDINALITY u(number, place)
                            JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = u.number),
           'onDelete', nullif(k.confdeltype, ' '),
           -- Whether the model's words say everything about it.
           'plain', k.convalidated AND NOT k.condeferrable
             AND (k.contype <> 'f' OR k.confupdtype = 'a' AND k.confmatchtype = 's'
               AND (to_jsonb(k) ->> 'confdelsetcols') IS NULL AND EXISTS (
                   SELECT FROM pg_class r WHERE r.oid = k.confrelid AND r.relnamespace = c.relnamespace))
             AND (k.contype NOT IN ('p', 'u') OR NOT coalesce((
                   SELECT (to_jsonb(x) ->> 'indnullsnotdistinct')::boolean OR x.indnatts <> x.indnkeyatts
                     FROM pg_index x WHERE x.indexrelid = k.conindid), false)),
           'definition', pg_get_constraintdef(k.oid)))
    FROM pg_constraint k
   WHERE k.conrelid = c.oid AND k.contype IN ('p', 'u', 'c', 'f', 'x') AND NOT starts_with(k.conname, '_aside_')`

/** Indexes that belong to no constraint; one that is more than columns in order is told by its definition. */
const INDEXES = `
  SELECT json_agg(json_build_object(
           'name', i.relname,
           'unique', x.indisunique,
           'valid', x.indisvalid,
           'columns', CASE
             WHEN x.indpred IS NULL AND x.indexprs IS NULL AND m.amname = 'btree' AND x.indnatts = x.indnkeyatts
                  AND NOT coalesce((to_jsonb(x) ->> 'indnullsnotdistinct')::boolean, false)
                  AND 0 = ALL (x.indoption::smallint[])
                  AND NOT EXISTS (SELECT FROM pg_opclass o
                                   WHERE o.oid = ANY (x.indclass::oid[]) AND NOT o.opcdefault)
             THEN (SELECT json_agg(a.attname ORDER BY u.place)
                     FROM unnest(x.indkey::smallint[]) WITH ORDINALITY u(number, place)
                     JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = u.number)
             ELSE json_build_array(regexp_replace(pg_get_indexdef(x.indexrelid), '^.*? USING ', '')) END))
    FROM pg_index x
    JOIN pg_class i ON i.oid = x.indexrelid
    JOIN pg_am m ON m.oid = i.relam
   WHERE x.indrelid = c.oid AND NOT starts_with(i.relname, '_aside_')
     AND NOT EXISTS (SELECT FROM pg_constraint k
                      WHERE k.conindid = x.indexrelid AND k.conrelid = c.oid AND k.contype IN ('p', 'u', 'x'))`

// The search path decides how names in expressions are printed, which waits for tables that somebody alters; both
// settings are local to the one transaction of this message.
const QUERY = (namespace: string, tables: string): string => `
  SELECT set_config('search_path', 'pg_catalog', true), set_config('lock_timeout', '5s', true);
  SELECT c.relname AS name, coalesce((${COLUMNS}), '[]') AS columns,
         coalesce((${CONSTRAINTS}), '[]') AS constraints, coalesce((${INDEXES}), '[]') AS indexes
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE n.nspname = ${namespace} AND c.relkind IN ('r', 'p') AND NOT starts_with(c.relname, '_aside_')
     AND (${tables}::text[] IS NULL OR c.relname = ANY (${tables}::text[]))
   ORDER BY c.relname`

/** The tables of a namespace, or those of the given names, without what is set aside; empty when it does not exist. */
export async function introspect(
  client: ClientBase,
  namespace: string,
  tables?: readonly string[],
): Promise<PhysicalSchema> {
  const list = tables === undefined ? 'NULL' : `ARRAY[${tables.map((name) => pg.escapeLiteral(name)).join(', ')}]`
  // Two statements in one message give two results, which the driver's types do not know.
  const answer: unknown = await client.query(QUERY(pg.escapeLiteral(namespace), list))
  const [, found] = answer as [QueryResult, QueryResult<TableRow>]
  return { tables: Object.fromEntries(found.rows.map((row) => [row.name, tableOf(row)])), aside: {} }
}
