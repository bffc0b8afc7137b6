/** Migrates namespaces one after the other and prints the ms; the work comes on standard input. */
import { performance } from 'node:perf_hooks'
import { json } from 'node:stream/consumers'
import { runner } from 'node-pg-migrate'

/** What to migrate, and with which files. */
export interface NodePgMigrateWork {
  readonly url: string
  readonly namespaces: readonly string[]
  readonly folder: string
}

const { url, namespaces, folder } = (await json(process.stdin)) as NodePgMigrateWork
const begin = performance.now()
for (const namespace of namespaces) {
  await runner({
    databaseUrl: url,
    dir: folder,
    direction: 'up',
    schema: namespace,
    migrationsTable: 'pgmigrations',
    log: () => undefined,
  })
}
process.stdout.write(String(performance.now() - begin))
