/** Databases of one test: on a server that is there, or on one that is started for it. */
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import type { Cleanup } from '../dev/cleanup.ts'
import { createDatabases } from '../dev/databases.ts'
import { startEmbeddedPostgres } from '../dev/servers/embeddedPostgres.ts'
import type { Log } from '../dev/servers/progress.ts'
import { withConnection } from '../postgres/sessions/connection.ts'

/** Creates a database for each name; the cleanup drops them. Returns their connection strings in that order. */
export async function createTestDatabases(
  names: readonly string[],
  options: { readonly postgresUrl: string | undefined; readonly cleanup: Cleanup; readonly log: Log },
): Promise<readonly string[]> {
  const { cleanup, log, postgresUrl = await startPostgres(cleanup, log) } = options
  const suffix = randomBytes(6).toString('hex')
  const databases = names.map((name) => `schema_saga_test_${suffix}_${name}`)
  await createDatabases(postgresUrl, databases)
  await cleanup.add(() => dropDatabases(postgresUrl, databases))
  return databases.map((name) => {
    const url = new URL(postgresUrl)
    url.pathname = `/${name}`
    return url.href
  })
}

async function startPostgres(cleanup: Cleanup, log: Log): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'schema-saga-postgres-'))
  await cleanup.add(() => rm(folder, { recursive: true, force: true }))
  const postgres = await startEmbeddedPostgres({ dataDir: join(folder, 'data'), ephemeral: true, log })
  await cleanup.add(() => postgres.stop())
  return postgres.url('postgres')
}

async function dropDatabases(connectionString: string, names: readonly string[]): Promise<void> {
  await withConnection(connectionString, async (client) => {
    for (const name of names) await client.query(`drop database if exists ${pg.escapeIdentifier(name)} with (force)`)
  })
}
