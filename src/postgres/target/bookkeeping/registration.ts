/** What a target's own database says of who owns a namespace. Reads only. */
import type { ClientBase } from 'pg'
import { bookkeepingVersion } from './bookkeeping.ts'
import { doubtedSql, formerName, replacedSql, targetRowSql } from './sameTables.ts'

/** The registration of a namespace. */
export interface Registration {
  readonly incarnation: string
  readonly projectId: string
  readonly revision: number
  readonly schemaHash: string
  /** Null until its owner has worked on it with a release that says so. */
  readonly catalogId: string | null
  readonly released: boolean
  /** Whether the namespace was made anew beside this row, which therefore does not speak of the tables that are there. */
  readonly replaced: boolean
  /** Whether the tables, one of them or this row were put there at another time than the rest. */
  readonly doubted: boolean
  /** The name under which it is registered, where somebody has renamed the namespace since. */
  readonly formerly: string | null
}

const REGISTRATION = `
  SELECT t.incarnation, t.project_id AS "projectId", t.revision, t.schema_hash AS "schemaHash",
         t.said ->> 'catalog_id' AS "catalogId", t.said ->> 'released_at' IS NOT NULL AS released,
         ${replacedSql('t', 'n.oid')} AS replaced, ${doubtedSql('t', 'n.oid')} AS doubted, CASE WHEN $2::text IS NULL THEN NULL ELSE t.namespace END AS formerly
    FROM ${targetRowSql('t.namespace = $1')} t
    LEFT JOIN pg_catalog.pg_namespace n ON n.nspname = coalesce($2::text, t.namespace)`

/** Null where nobody has registered the namespace, under its name or an earlier one. */
export async function readRegistration(client: ClientBase, namespace: string): Promise<Registration | null> {
  if ((await bookkeepingVersion(client)) === 0) return null
  const { rows } = await client.query<Registration>(REGISTRATION, [namespace, null])
  if (rows[0] !== undefined) return rows[0]
  const formerly = await formerName(client, namespace)
  if (formerly === null) return null
  return (await client.query<Registration>(REGISTRATION, [formerly, namespace])).rows[0] ?? null
}

/** What operations have left under an incarnation, and is not undone. */
export interface OpenMarker {
  readonly operationId: string
  readonly state: 'started' | 'applied'
}

/** One for each operation; `started` where any of its stages is. */
export async function readOpenMarkers(
  client: ClientBase,
  namespace: string,
  incarnation: string,
): Promise<readonly OpenMarker[]> {
  const { rows } = await client.query<OpenMarker>(
    `SELECT operation_id AS "operationId", max(state) AS state
       FROM schema_saga_target.marker
      WHERE namespace = $1 AND incarnation = $2 AND state IN ('started', 'applied')
      GROUP BY operation_id ORDER BY max(at) DESC`,
    [namespace, incarnation],
  )
  return rows
}

/** What undos have left off on a namespace, because rows were in the way: on record, and no sign of another revision. */
export async function readNotedDrift(client: ClientBase, namespace: string): Promise<readonly string[]> {
  if ((await bookkeepingVersion(client)) === 0) return []
  const { rows } = await client.query<{ object: string }>(
    'SELECT DISTINCT object FROM schema_saga_target.drift WHERE namespace = $1',
    [namespace],
  )
  return rows.map(({ object }) => object)
}
