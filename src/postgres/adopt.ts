/** Takes over a namespace that others have made, as it is: compared with its project's schema, then registered. */
import type { ClientBase } from 'pg'
import type { Target } from '../contract.ts'
import { type Difference, differences } from '../physical/equality.ts'
import { withoutIgnored } from '../physical/ignored.ts'
import type { PhysicalSchema } from '../physical/schema.ts'
import { introspect } from './introspect.ts'
import type { TargetPools } from './pools.ts'
import { drifted } from './preflight.ts'
import type { Place } from './servers.ts'
import { bookkeepingVersion, ensureBookkeeping } from './target/bookkeeping.ts'
import { requireNamespace } from './target/look.ts'
import { prepareSession } from './target/work.ts'

/** A target to take over, and what it must look like. */
export interface Adoption {
  readonly target: Target
  readonly projectId: string
  readonly revision: number
  readonly schemaHash: string
  readonly expected: PhysicalSchema
  /** Globs over tables which do not count. */
  readonly ignore: readonly string[]
}

/**
 * Registers a target that looks like its project; none of its tables is touched. Repeating it is harmless.
 * Errors: `TARGET_DRIFTED` with the differences, `TARGET_GONE`.
 */
export async function adoptTarget(pools: TargetPools, adoption: Adoption): Promise<void> {
  const { target, projectId, revision, schemaHash } = adoption
  await pools.withClient(target, async (client, namespace) => {
    await requireNamespace(client, target, namespace)
    if (await isRegistered(client, target, namespace)) return
    const found = differences(adoption.expected, await seen(client, namespace, adoption.ignore))
    if (found.length > 0)
      throw drifted(
        target,
        found.map(({ object, kind }) => ({ object, kind })),
      )
    await prepareSession(client, { operationId: 'import', target })
    await ensureBookkeeping(client)
    const values = [namespace, target.incarnation, projectId, revision, schemaHash]
    await client.query('SELECT schema_saga_target.register_target_v1($1, $2, $3, $4, $5)', values)
  })
}

/** How a namespace differs from a schema; reads only. Errors: `TARGET_GONE`. */
export async function differencesOf(
  pools: TargetPools,
  { target, expected, ignore }: Pick<Adoption, 'target' | 'expected' | 'ignore'>,
): Promise<readonly Difference[]> {
  return await pools.withClient(target, async (client, namespace) => {
    await requireNamespace(client, target, namespace)
    return differences(expected, await seen(client, namespace, ignore))
  })
}

/** What a namespace holds; reads only. Errors: `TARGET_GONE`. */
export async function readTarget(pools: TargetPools, target: Target): Promise<PhysicalSchema> {
  return await pools.withClient(target, async (client, namespace) => {
    await requireNamespace(client, target, namespace)
    return await introspect(client, namespace)
  })
}

/** The namespaces of a server that match a pattern of LIKE, or its databases where each tenant has one; in byte order. */
export async function listNamespaces(
  pools: TargetPools,
  { server, like, databases }: { server: string; like: string; databases: boolean },
): Promise<string[]> {
  // A database that is always there: the one of the connection string, or Postgres's own where that is a pattern.
  const place: Place = { server, namespace: 'postgres' }
  return await pools.withClient(place, async (client) => {
    const { rows } = await client.query<{ name: string }>(databases ? DATABASES : NAMESPACES, [like])
    return rows.map(({ name }) => name)
  })
}

const DATABASES = `
  SELECT datname AS name FROM pg_catalog.pg_database
   WHERE datname LIKE $1 AND datallowconn AND NOT datistemplate AND datname <> 'postgres' ORDER BY datname COLLATE "C"`

const NAMESPACES = `
  SELECT nspname AS name FROM pg_catalog.pg_namespace
   WHERE nspname LIKE $1 AND nspname !~ '^(pg_|schema_saga)' AND nspname <> 'information_schema'
   ORDER BY nspname COLLATE "C"`

async function seen(client: ClientBase, namespace: string, ignore: readonly string[]): Promise<PhysicalSchema> {
  return withoutIgnored(await introspect(client, namespace), ignore)
}

async function isRegistered(client: ClientBase, { incarnation }: Target, namespace: string): Promise<boolean> {
  if ((await bookkeepingVersion(client)) === 0) return false
  const { rowCount } = await client.query(
    'SELECT FROM schema_saga_target.target WHERE namespace = $1 AND incarnation = $2',
    [namespace, incarnation],
  )
  return rowCount === 1
}
