/** Reads what targets hold under names of what is set aside, from their tables and not only from the bookkeeping. */
import pMap from 'p-map'
import type { ClientBase } from 'pg'
import type { Hidden } from '../physical/hidden.ts'
import type { FleetTarget } from './catalog/fleet.ts'
import { databasesOf, lookAtDatabase } from './databases.ts'
import { TABLES } from './facts.ts'
import type { TargetPools } from './pools.ts'

/** Databases looked at together. */
const LOOKS_AT_ONCE = 4

const QUERY = `
  WITH found AS (
    SELECT n.nspname, c.relname AS "table", a.attname AS name, 'column' AS kind
      FROM pg_catalog.pg_namespace n
      JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relkind IN ${TABLES}
      JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
     WHERE n.nspname = ANY ($1::text[]) AND starts_with(a.attname, '_aside_')
    UNION ALL
    SELECT n.nspname, NULL, c.relname, 'table'
      FROM pg_catalog.pg_namespace n
      JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relkind IN ${TABLES}
     WHERE n.nspname = ANY ($1::text[]) AND starts_with(c.relname, '_aside_'))
  SELECT f.nspname::text AS namespace, f."table"::text AS "table", f.name::text AS "asideName",
         ARRAY(SELECT DISTINCT CASE f.kind WHEN 'column' THEN s.column_name ELSE s.table_name END
                 FROM schema_saga_target.set_aside s
                WHERE s.namespace = f.nspname AND s.kind = f.kind AND s.aside_name = f.name ORDER BY 1) AS was,
         EXISTS (SELECT FROM schema_saga_target.set_aside s
                   JOIN schema_saga_target.target t ON t.namespace = s.namespace AND t.incarnation = s.incarnation
                  WHERE s.namespace = f.nspname AND s.kind = f.kind AND s.aside_name = f.name
                    AND s.restored_at IS NULL AND s.purged_at IS NULL) AS known
    FROM found f ORDER BY 1, 2, 3`

/** By namespace; one query whatever their number. */
export async function readHidden(
  client: ClientBase,
  namespaces: readonly string[],
): Promise<ReadonlyMap<string, readonly Hidden[]>> {
  const { rows } = await client.query<Hidden & { readonly namespace: string }>(QUERY, [namespaces])
  const found = new Map<string, Hidden[]>(namespaces.map((namespace) => [namespace, []]))
  for (const { namespace, ...hidden } of rows) found.get(namespace)?.push(hidden)
  return found
}

/** By scope, with one query per database; targets that cannot be asked any more are missing from the answer. */
export async function readFleetHidden(
  pools: TargetPools,
  targets: readonly FleetTarget[],
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, readonly Hidden[]>> {
  const { databases } = await databasesOf(pools, targets)
  const looks = await pMap(
    databases,
    async (database) => {
      const namespaces = database.map(({ namespace }) => namespace)
      const look = await lookAtDatabase(pools, database, (client) => readHidden(client, namespaces), signal)
      if ('lost' in look) return []
      return database.map(({ target, namespace }) => [target.scope, look.found.get(namespace) ?? []] as const)
    },
    { concurrency: LOOKS_AT_ONCE },
  )
  return new Map(looks.flat())
}
