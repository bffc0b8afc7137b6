/** Creates and upgrades the bookkeeping of a target database. */
import { readFileSync } from 'node:fs'
import type { ClientBase } from 'pg'
import { sqlstateOf } from '../../errors/translate.ts'

/** Raised with every change of the SQL files. */
export const BOOKKEEPING_VERSION = 6

const FILES = [
  'bookkeeping.sql',
  'syncs.sql',
  'register.sql',
  'parts.sql',
  'forward.sql',
  'alone.sql',
  'compensate.sql',
  'undoParts.sql',
  'aside.sql',
  'dropUnused.sql',
  'rows.sql',
  'bound.sql',
  'restore.sql',
  'casts.sql',
  'json.sql',
  'purge.sql',
] as const
const NOT_THERE = ['42P01', '3F000']

// Concurrent creation fails with errors of the catalog otherwise. What the bodies of functions name is looked up now; event
// triggers of the application may rely on what else is in the path of the role.
const LOCK = `SELECT set_config('search_path', concat_ws(', ', 'pg_catalog', (
    SELECT nullif(s.reset_val, '') FROM pg_catalog.pg_settings s
     WHERE s.name = 'search_path' AND EXISTS (SELECT FROM pg_catalog.pg_event_trigger e WHERE e.evtenabled IN ('O', 'A')))), true),
  pg_advisory_xact_lock(hashtextextended('schema_saga_target bookkeeping', 0))`

let script: string | null = null

/** Sessions that have looked once need not look again: an upgrade adds functions, or does what they say more quickly. */
const looked = new WeakSet<ClientBase>()

/** Makes sure that the database has our tables and functions; cheap when it has. Not for use in a transaction. */
export async function ensureBookkeeping(client: ClientBase): Promise<void> {
  if (looked.has(client)) return
  if ((await bookkeepingVersion(client)) < BOOKKEEPING_VERSION) await install(client)
  looked.add(client)
}

/** The version of the bookkeeping that is there; 0 when there is none. */
export async function bookkeepingVersion(client: ClientBase): Promise<number> {
  try {
    const { rows } = await client.query<{ version: number }>('SELECT version FROM schema_saga_target.bookkeeping')
    return rows[0]?.version ?? 0
  } catch (error) {
    if (NOT_THERE.includes(sqlstateOf(error) ?? '')) return 0
    throw error
  }
}

async function install(client: ClientBase): Promise<void> {
  script ??= FILES.map((file) => readFileSync(new URL(`../sql/${file}`, import.meta.url), 'utf8')).join('\n')
  await client.query('BEGIN')
  try {
    await client.query(LOCK)
    if ((await versionInTransaction(client)) < BOOKKEEPING_VERSION)
      await client.query(`${script};
       INSERT INTO schema_saga_target.bookkeeping (version) VALUES (${BOOKKEEPING_VERSION})
       ON CONFLICT (only_row) DO UPDATE SET version = greatest(bookkeeping.version, excluded.version), at = now()`)
    await client.query('COMMIT')
  } catch (error) {
    await client.query('ROLLBACK')
    throw error
  }
}

/** Asks first whether the table is there, because a failed statement would end the transaction. */
async function versionInTransaction(client: ClientBase): Promise<number> {
  const { rows } = await client.query<{ there: boolean }>(
    `SELECT to_regclass('schema_saga_target.bookkeeping') IS NOT NULL AS there`,
  )
  return rows[0]?.there === true ? bookkeepingVersion(client) : 0
}
