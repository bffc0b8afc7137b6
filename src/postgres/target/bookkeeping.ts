/** Creates and upgrades the bookkeeping namespace of a target database. */
import { readFileSync } from 'node:fs'
import type { ClientBase } from 'pg'

/** Raised whenever bookkeeping.sql changes. */
const VERSION = 1

/** Any number that nobody else uses; the same in all releases. */
const LOCK_KEY = 7_263_011_942

const SQL = readFileSync(new URL('./bookkeeping.sql', import.meta.url), 'utf8')

/** Makes sure that `schema_saga_target` is there and up to date; one cheap query when it is. */
export async function ensureBookkeeping(client: ClientBase): Promise<void> {
  if ((await versionOf(client)) >= VERSION) return
  await client.query('begin')
  try {
    // Concurrent creation otherwise fails with errors of the system catalogs.
    await client.query('select pg_advisory_xact_lock($1)', [LOCK_KEY])
    if ((await versionOf(client)) < VERSION) {
      await client.query(SQL)
      await client.query(`delete from schema_saga_target.version`)
      await client.query(`insert into schema_saga_target.version (version) values (${VERSION})`)
    }
    await client.query('commit')
  } catch (error) {
    await client.query('rollback')
    throw error
  }
}

async function versionOf(client: ClientBase): Promise<number> {
  const table = await client.query<{ there: boolean }>(
    `select to_regclass('schema_saga_target.version') is not null as there`,
  )
  if (!table.rows[0]?.there) return 0
  const { rows } = await client.query<{ version: number | null }>(
    'select max(version) as version from schema_saga_target.version',
  )
  return rows[0]?.version ?? 0
}
