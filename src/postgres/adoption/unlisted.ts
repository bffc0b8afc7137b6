/**
 * What lies in namespaces under names of what is set aside, and in no list of it: a dump brings the tables, and not what the
 * bookkeeping said of them. Reads only.
 */
import pg, { type ClientBase, type QueryResult } from 'pg'
import type { Difference } from '../../physical/equality.ts'
import { TABLES } from '../introspection/facts.ts'
import { bookkeepingVersion } from '../target/bookkeeping/bookkeeping.ts'

/** A table or column that is there. */
export interface AsideThere {
  readonly namespace: string
  /** Of a column; null for a table. */
  readonly table: string | null
  readonly asideName: string
}

/** All of them; asks nothing of the bookkeeping, so that it may go along with questions to databases without one. */
export function asidesQuery(namespaces: readonly string[]): string {
  const wanted = namespaces.map((name) => pg.escapeLiteral(name)).join(', ')
  const tables = `pg_catalog.pg_namespace n JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relkind IN ${TABLES}`
  return `
  SELECT n.nspname::text AS namespace, NULL::text AS "table", c.relname::text AS "asideName" FROM ${tables}
   WHERE n.nspname = ANY (ARRAY[${wanted}]::text[]) AND starts_with(c.relname, '_aside_')
  UNION ALL
  SELECT n.nspname, c.relname, a.attname FROM ${tables}
    JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
   WHERE n.nspname = ANY (ARRAY[${wanted}]::text[]) AND starts_with(a.attname, '_aside_')
   ORDER BY 1, 2, 3`
}

/** What is there in one namespace. */
export async function readAsidesThere(client: ClientBase, namespace: string): Promise<readonly AsideThere[]> {
  return (await client.query<AsideThere>(asidesQuery([namespace]))).rows
}

const UNLISTED = `
  SELECT f.namespace, f."table", f."asideName"
    FROM unnest($1::text[], $2::text[], $3::text[]) f(namespace, "table", "asideName")
   WHERE NOT EXISTS (
     SELECT FROM schema_saga_target.set_aside s
       JOIN schema_saga_target.target t ON t.namespace = s.namespace AND t.incarnation = s.incarnation
      WHERE s.namespace = f.namespace AND s.aside_name = f."asideName"
        AND s.kind = CASE WHEN f."table" IS NULL THEN 'table' ELSE 'column' END
        AND s.restored_at IS NULL AND s.purged_at IS NULL
        AND (f."table" IS NULL OR s.relation IS NULL OR s.table_name = f."table"
          OR s.relation = to_regclass(format('%I.%I', f.namespace, f."table"))::oid))`

/** Those that no row of their namespace's registration names. */
export async function unlistedAmong(client: ClientBase, found: readonly AsideThere[]): Promise<readonly AsideThere[]> {
  if (found.length === 0 || (await bookkeepingVersion(client)) === 0) return found
  const { rows } = await client.query<AsideThere>(UNLISTED, [
    found.map(({ namespace }) => namespace),
    found.map(({ table }) => table),
    found.map(({ asideName }) => asideName),
  ])
  return rows
}

/** Of an answer to `asidesQuery`. */
export async function unlistedIn(client: ClientBase, answer: QueryResult | undefined): Promise<readonly AsideThere[]> {
  return await unlistedAmong(client, (answer?.rows ?? []) as AsideThere[])
}

/** All of them in namespaces of one database. */
export async function readUnlisted(client: ClientBase, namespaces: readonly string[]): Promise<readonly AsideThere[]> {
  return await unlistedIn(client, await client.query(asidesQuery(namespaces)))
}

/** What drift says of one. */
export function unlistedDifference({ table, asideName }: Omit<AsideThere, 'namespace'>): Difference {
  const object = table === null ? asideName : `${table}.${asideName}`
  return { object, kind: 'extra', expected: null, actual: 'set aside, and in no list of what is' }
}

/** What to do about one. */
export const UNLISTED_ADVICE =
  'No record names it, so that it is neither brought back nor purged: park the tenant, and `tenant unpark` lists it where the ledger knows it; what nobody knows is for a person to rename or drop.'
