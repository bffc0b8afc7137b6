/** The catalog's own migrations, by node-pg-migrate; repeatable, and safe when two processes run it at once. */
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { runner } from 'node-pg-migrate'
import { asCatalogError } from './pool.ts'

const FOLDER = fileURLToPath(new URL('./migrations', import.meta.url))
const TRIES = 60

/** Brings the catalog of that database up to date. Errors: `CATALOG_UNREACHABLE`. */
export async function migrateCatalog(url: string): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await runner({
        databaseUrl: url,
        dir: FOLDER,
        direction: 'up',
        migrationsSchema: 'schema_saga_migration',
        createMigrationsSchema: true,
        migrationsTable: 'catalog',
        log: () => undefined,
      })
      return
    } catch (error) {
      // The library refuses instead of waiting when another process migrates.
      if (tries === TRIES || !/another migration is already running/i.test(String(error))) throw asCatalogError(error)
      await sleep(500)
    }
  }
}
