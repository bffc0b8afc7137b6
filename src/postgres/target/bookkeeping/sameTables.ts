/**
 * Whether a row of the bookkeeping speaks of the tables that are there. Tables, rows and bookkeeping can be restored apart
 * from each other, and what a revision did to values only (a key inside a document, say) leaves no trace in any shape.
 *
 * What tells: the numbers that Postgres gives to namespaces and tables. They are new after every DROP and restore, never
 * come with a dump, and are the same in a copy of the whole cluster, where everything is of one time anyway. Markers are no
 * evidence, as they come with the dump that they are to tell of, and neither is the cluster's identifier, which a restore
 * in place keeps. Rows alone (`TRUNCATE` and `COPY`) can be exchanged without anything to see: that is an application's work.
 */
import type { ClientBase } from 'pg'
import { bookkeepingVersion } from './bookkeeping.ts'

/** The bookkeeping that first knew which namespace was registered. */
const SINCE = 6

const BOOKKEEPING = `'schema_saga_target'::regnamespace::oid`

/** The condition that finds a row `t` of `target`, with `said`: its JSON, as earlier releases lack some of the columns. */
export function targetRowSql(condition: string): string {
  // OFFSET 0 keeps the JSON from being made once for each of its readers.
  return `(SELECT t.*, to_jsonb(t) AS said FROM schema_saga_target.target t WHERE ${condition} OFFSET 0)`
}

/**
 * Over a row of `targetRowSql`, and the present number of its namespace: true where one of the two was made anew without the
 * other, or a table was since something was set aside in it. Both made anew are one dump. Of what an earlier release has
 * not noted, nothing is doubted.
 */
export function doubtedSql(row: string, namespace: string): string {
  const of = (column: string): string => `(${row}.said ->> '${column}')::oid`
  const [isNamespace, isBookkeeping] = [
    `${of('namespace_oid')} = ${namespace}`,
    `${of('bookkeeping_oid')} = ${BOOKKEEPING}`,
  ]
  return `coalesce((${isNamespace}) <> (${isBookkeeping}) OR ((${isNamespace}) AND (${isBookkeeping}) AND EXISTS (
    SELECT FROM schema_saga_target.set_aside s
     WHERE s.namespace = ${row}.namespace AND s.incarnation = ${row}.incarnation AND s.kind = 'column' AND s.relation IS NOT NULL
       AND NOT EXISTS (SELECT FROM pg_catalog.pg_class c WHERE c.oid = s.relation AND c.relnamespace = ${namespace})
       AND pg_catalog.to_regclass(format('%I.%I', s.namespace, s.table_name)) IS NOT NULL)), false)`
}

/** The condition that the namespace alone was made anew, beside a row which therefore speaks of none of its tables. */
export function replacedSql(row: string, namespace: string): string {
  return `coalesce((${row}.said ->> 'namespace_oid')::oid <> ${namespace}
    AND (${row}.said ->> 'bookkeeping_oid')::oid = ${BOOKKEEPING}, false)`
}

/** The name that the namespace of a row has now, where somebody has renamed it; for a namespace of the row's name, null. */
export function renamedToSql(row: string): string {
  return `(SELECT n.nspname::text FROM pg_catalog.pg_namespace n
            WHERE n.oid = (${row}.said ->> 'namespace_oid')::oid AND n.nspname <> ${row}.namespace
              AND (${row}.said ->> 'bookkeeping_oid')::oid = ${BOOKKEEPING})`
}

/** Null for a namespace that nobody has renamed, or of which nothing is known. */
export async function renamedTo(client: ClientBase, namespace: string): Promise<string | null> {
  if ((await bookkeepingVersion(client)) < SINCE) return null
  const { rows } = await client.query<{ name: string | null }>(
    `SELECT ${renamedToSql('t')} AS name FROM ${targetRowSql('t.namespace = $1')} t`,
    [namespace],
  )
  return rows[0]?.name ?? null
}

/** The name under which a namespace that somebody has renamed is registered, unless another one bears that by now. */
export async function formerName(client: ClientBase, namespace: string): Promise<string | null> {
  if ((await bookkeepingVersion(client)) < SINCE) return null
  const { rows } = await client.query<{ name: string }>(
    `SELECT t.namespace AS name FROM schema_saga_target.target t
      WHERE t.namespace_oid = to_regnamespace(quote_ident($1))::oid AND t.bookkeeping_oid = ${BOOKKEEPING}
        AND t.namespace <> $1 AND to_regnamespace(quote_ident(t.namespace)) IS NULL`,
    [namespace],
  )
  return rows[0]?.name ?? null
}

/** What happened to a namespace that is not there under its name, and what to do. */
export function renamedText(from: string, to: string): string {
  const [now, before] = [to, from].map((name) => `"${name.replaceAll('"', '""')}"`)
  return `somebody has renamed it to ${now}: ALTER SCHEMA ${now} RENAME TO ${before} brings it back`
}
