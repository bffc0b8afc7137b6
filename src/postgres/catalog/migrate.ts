/** The catalog's own migrations, by node-pg-migrate; repeatable, and safe when two processes run it at once. */
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { runner } from 'node-pg-migrate'
import type pg from 'pg'
import { withConnection } from '../sessions/connection.ts'
import { onCatalog } from './pool.ts'

const MIGRATIONS = 'schema_saga_migration'
const FOLDER = fileURLToPath(new URL('./migrations', import.meta.url))
const TRIES = 60

/** Brings the catalog of that database up to date. Errors: `CATALOG_UNREACHABLE`. */
export async function migrateCatalog(url: string): Promise<void> {
  await onCatalog(() => withConnection(url, migrate))
}

async function migrate(client: pg.Client): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await runner({
        dbClient: client,
        dir: FOLDER,
        direction: 'up',
        migrationsSchema: MIGRATIONS,
        // The library's IF NOT EXISTS wants CREATE on the database also where there is nothing to create.
        createMigrationsSchema: !(await isThere(client)),
        migrationsTable: 'catalog',
        log: () => undefined,
      })
      return
    } catch (error) {
      // The library refuses instead of waiting when another process migrates.
      if (tries === TRIES || !/another migration is already running/i.test(String(error))) throw error
      await sleep(500)
    }
  }
}

async function isThere(client: pg.Client): Promise<boolean> {
  const { rowCount } = await client.query('select from pg_catalog.pg_namespace where nspname = $1', [MIGRATIONS])
  return rowCount === 1
}
