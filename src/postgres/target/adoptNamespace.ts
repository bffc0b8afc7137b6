/** What is on a server before anybody takes it over: its namespaces, and what is in them. Reads only. */
import type { Target } from '../../contract.ts'
import type { PhysicalSchema } from '../../physical/schema.ts'
import { introspect } from '../introspection/introspect.ts'
import type { TargetPools } from '../sessions/pools.ts'
import type { Place } from '../sessions/servers.ts'
import { requireNamespace } from './bookkeeping/markers.ts'

/** What a namespace holds; reads only. Errors: `TARGET_GONE`. */
export async function readTarget(pools: TargetPools, target: Target): Promise<PhysicalSchema> {
  return await pools.withClient(target, async (client, namespace) => {
    await requireNamespace(client, target, namespace)
    return await introspect(client, namespace)
  })
}

/**
 * The namespaces of a server that match a pattern of LIKE and none of those of `except`, or its databases where each tenant
 * has one; in byte order. Those that an extension has made hold no tenant.
 */
export async function listNamespaces(
  pools: TargetPools,
  { server, like, except, databases }: { server: string; like: string; except: readonly string[]; databases: boolean },
): Promise<string[]> {
  // A database that is always there: the one of the connection string, or Postgres's own where that is a pattern.
  const place: Place = { server, namespace: 'postgres' }
  return await pools.withClient(place, async (client) => {
    const { rows } = await client.query<{ name: string }>(databases ? DATABASES : NAMESPACES, [like, except])
    return rows.map(({ name }) => name)
  })
}

const DATABASES = `
  SELECT datname AS name FROM pg_catalog.pg_database
   WHERE datname LIKE $1 AND NOT datname LIKE ANY ($2::text[]) AND datallowconn AND NOT datistemplate AND datname <> 'postgres' ORDER BY datname COLLATE "C"`

const NAMESPACES = `
  SELECT nspname AS name FROM pg_catalog.pg_namespace n
   WHERE nspname LIKE $1 AND NOT nspname LIKE ANY ($2::text[]) AND nspname !~ '^(pg_|schema_saga)' AND nspname <> 'information_schema'
     AND NOT EXISTS (
       SELECT FROM pg_catalog.pg_depend d
        WHERE d.classid = 'pg_catalog.pg_namespace'::regclass AND d.objid = n.oid AND d.deptype = 'e')
   ORDER BY nspname COLLATE "C"`
