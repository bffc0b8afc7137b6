/**
 * The database of a tenant that has one of its own: made when it is not there, and dropped again should the tenant not come
 * about. From when it is made until a target is registered in it, its comment says so.
 */
import type { ClientBase } from 'pg'
import type { Target } from '../../contract.ts'
import { TargetUnreachable } from '../../errors.ts'
import { ident, literal } from '../../physical/sql.ts'
import { sqlstateOf } from '../errors/translate.ts'
import type { TargetPools } from '../sessions/pools.ts'
import { whereOf } from '../sessions/servers.ts'

const MADE = 'schema-saga is making this database'

const DUPLICATE_DATABASE = '42P04'
const UNIQUE_VIOLATION = '23505'
/** What Postgres says of a database that is not there. */
export const NO_SUCH_DATABASE = '3D000'

/** Makes the database if it is not there; nothing to do where tenants share one. */
export async function makeDatabase(pools: TargetPools, target: Target): Promise<void> {
  await pools.withMaintenance(target, async (client) => {
    await alone(client, target, async () => {
      const { rowCount } = await client.query('SELECT FROM pg_catalog.pg_database WHERE datname = $1', [
        target.namespace,
      ])
      if (rowCount !== 0) return
      try {
        await client.query(`CREATE DATABASE ${ident(target.namespace)}`)
        await client.query(`COMMENT ON DATABASE ${ident(target.namespace)} IS ${literal(MADE)}`)
      } catch (error) {
        // Somebody else was faster: then it is theirs.
        const sqlstate = sqlstateOf(error)
        if (sqlstate !== DUPLICATE_DATABASE && sqlstate !== UNIQUE_VIOLATION) throw error
      }
    })
  })
}

/** In the transaction that registers a target: from now on its database is never dropped by us. */
export async function keepDatabase(client: ClientBase): Promise<void> {
  const { rows } = await client.query<{ name: string; made: boolean }>(
    `SELECT datname AS name, pg_catalog.shobj_description(oid, 'pg_database') IS NOT DISTINCT FROM $1 AS made
       FROM pg_catalog.pg_database WHERE datname = current_database()`,
    [MADE],
  )
  const [database] = rows
  if (database?.made === true) await client.query(`COMMENT ON DATABASE ${ident(database.name)} IS NULL`)
}

/**
 * Drops the database that was made for a target which did not come about. One that was there before, that somebody has
 * put something into, or that the target is registered in, stays. Repeating it is harmless.
 */
export async function dropMadeDatabase(pools: TargetPools, target: Target): Promise<void> {
  const made = await pools.withMaintenance(target, (client) => isMade(client, target))
  if (made !== true || (await holdsAnything(pools, target))) return
  await pools.withMaintenance(target, async (client) => {
    // Whoever makes it waits here: nothing can come about between the look and the end of the database.
    await alone(client, target, async () => {
      if (!(await isMade(client, target))) return
      await client.query(LET_GO, [target.namespace])
      await client.query(`DROP DATABASE IF EXISTS ${ident(target.namespace)}`)
    })
  })
}

async function isMade(client: ClientBase, target: Target): Promise<boolean> {
  const { rowCount } = await client.query(
    `SELECT FROM pg_catalog.pg_database
      WHERE datname = $1 AND pg_catalog.shobj_description(oid, 'pg_database') = $2`,
    [target.namespace, MADE],
  )
  return rowCount === 1
}

/** What came with the template is older than the database, and so are its numbers. */
const SOMETHING = `
  SELECT EXISTS (
    SELECT FROM pg_namespace n
     WHERE n.nspname <> 'schema_saga_target' AND n.nspname !~ '^pg_' AND (n.oid > d.oid
        OR EXISTS (SELECT FROM pg_class c WHERE c.relnamespace = n.oid AND c.oid > d.oid)
        OR EXISTS (SELECT FROM pg_proc p WHERE p.pronamespace = n.oid AND p.oid > d.oid)
        OR EXISTS (SELECT FROM pg_type t WHERE t.typnamespace = n.oid AND t.oid > d.oid))
    UNION ALL SELECT FROM pg_extension e WHERE e.oid > d.oid
    UNION ALL SELECT FROM pg_largeobject_metadata l WHERE l.oid > d.oid
  ) AS there FROM pg_database d WHERE d.datname = current_database()`

async function holdsAnything(pools: TargetPools, target: Target): Promise<boolean> {
  try {
    return await pools.withClient(target, async (client) => {
      const { rows } = await client.query<{ there: boolean }>(SOMETHING)
      return rows[0]?.there !== false
    })
  } catch (error) {
    // Dropped meanwhile, by another try of this.
    if (error instanceof TargetUnreachable && error.details.sqlstate === NO_SUCH_DATABASE) return true
    throw error
  }
}

/** Sessions of ours that wait for work in it. A session that works there, or of anybody else, keeps the database. */
const LET_GO = `
  SELECT pg_catalog.pg_terminate_backend(pid) FROM pg_catalog.pg_stat_activity
   WHERE datname = $1 AND usename = current_user AND state = 'idle' AND application_name ~ '^(saga|schema-saga)'`

async function alone(client: ClientBase, target: Target, work: () => Promise<void>): Promise<void> {
  const lock = [`schema-saga/database/${whereOf(target)}`]
  await client.query(`SELECT set_config('lock_timeout', '10s', false)`)
  await client.query('SELECT pg_catalog.pg_advisory_lock(hashtextextended($1, 0))', lock)
  // A session on which the work fails is closed, and lets go with that.
  await work()
  await client.query('SELECT pg_catalog.pg_advisory_unlock(hashtextextended($1, 0))', lock)
}
