/** Reads what a namespace really holds, in one round trip to `pg_catalog`. */
import pg, { type ClientBase, type QueryResult } from 'pg'
import type { PhysicalSchema } from '../../physical/schema.ts'
import {
  CONSTRAINTS_TOLD,
  columnFacts,
  constraintFacts,
  type Hashing,
  indexFacts,
  TABLES,
  tableTraits,
  toldObject,
} from './facts.ts'
import { type TableRow, tableOf } from './introspectedTable.ts'

/** What hashing is told with; introspection has no need of it. */
const UNUSED: Hashing = { names: () => '', unqualified: String, defaultText: '', checkText: '', nameSeparator: '' }

const TRAITS = `json_strip_nulls(json_build_object(${Object.entries(tableTraits('c'))
  .map(([name, sql]) => `'${name}', ${sql}`)
  .join(', ')}))`

const COLUMNS = `
  SELECT json_agg(${toldObject(columnFacts(UNUSED))} ORDER BY a.attnum)
    FROM pg_attribute a
    JOIN pg_type t ON t.oid = a.atttypid
    LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
   WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND NOT starts_with(a.attname, '_aside_')`

const CONSTRAINTS = `
  SELECT json_agg(${toldObject(constraintFacts(UNUSED))})
    FROM pg_constraint k
   WHERE k.conrelid = c.oid AND ${CONSTRAINTS_TOLD}`

/** Indexes that belong to no constraint. */
const INDEXES = `
  SELECT json_agg(${toldObject(indexFacts(UNUSED))})
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
  SELECT c.relname AS name, ${TRAITS} AS traits, coalesce((${COLUMNS}), '[]') AS columns,
         coalesce((${CONSTRAINTS}), '[]') AS constraints, coalesce((${INDEXES}), '[]') AS indexes
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE n.nspname = ${namespace} AND c.relkind IN ${TABLES} AND NOT starts_with(c.relname, '_aside_')
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
