import { randomBytes } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { expect, test } from 'vitest'
import { migrateCatalog } from '../../../src/postgres/catalog/migrate.ts'
import { createCatalogPool } from '../../../src/postgres/catalog/pool.ts'
import { listProjects } from '../../../src/postgres/catalog/projects/projects.ts'
import { type FreshDatabase, freshDatabase } from '../../fixtures/database.ts'

async function withDatabase(work: (database: FreshDatabase) => Promise<void>): Promise<void> {
  const database = await freshDatabase()
  try {
    await work(database)
  } finally {
    await database.drop()
  }
}

test('four processes that migrate at the same moment, and one after them, leave one catalog', async () => {
  await withDatabase(async ({ url }) => {
    await Promise.all([1, 2, 3, 4].map(() => migrateCatalog(url)))
    await migrateCatalog(url)
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    const { rows } = await client.query<{ name: string }>('select name from schema_saga_migration.catalog order by id')
    await client.end()
    const files = readdirSync(new URL('../../../src/postgres/catalog/migrations', import.meta.url)).sort()
    expect(rows.map(({ name }) => `${name}.sql`)).toEqual(files)
  })
})

test('a catalog that ends the session amid a migration is unreachable, and the process goes on to say so', async () => {
  await withDatabase(async ({ url }) => {
    const [creator, watcher] = [new pg.Client({ connectionString: url }), new pg.Client({ connectionString: url })]
    await Promise.all([creator.connect(), watcher.connect()])
    try {
      // Whoever creates the same namespace waits.
      await creator.query('begin; create schema schema_saga_migration')
      const answer = expect(migrateCatalog(url)).rejects.toMatchObject({ code: 'CATALOG_UNREACHABLE' })
      const end = `select pg_terminate_backend(pid) from pg_stat_activity
                    where datname = current_database() and wait_event_type = 'Lock'`
      while ((await watcher.query(end)).rowCount === 0) await sleep(20)
      await answer
    } finally {
      await Promise.all([creator.end(), watcher.end()])
    }
    await expect(migrateCatalog(url)).resolves.toBeUndefined()
  })
})

test('a role that may not create namespaces any more can bring its catalog up to date', async () => {
  await withDatabase(async ({ url }) => {
    const role = `owner_${randomBytes(4).toString('hex')}`
    const own = new URL(url)
    const database = own.pathname.slice(1)
    own.username = role
    own.password = 'o'
    const su = new pg.Client({ connectionString: url })
    await su.connect()
    try {
      await su.query(
        `CREATE ROLE ${role} LOGIN PASSWORD 'o' NOSUPERUSER; GRANT CREATE ON DATABASE ${database} TO ${role}`,
      )
      await migrateCatalog(own.href)
      await su.query(`REVOKE CREATE ON DATABASE ${database} FROM ${role}`)
      await expect(migrateCatalog(own.href)).resolves.toBeUndefined()
    } finally {
      await su.query(`DROP OWNED BY ${role}; DROP ROLE ${role}`)
      await su.end()
    }
  })
})

test('a catalog that was never migrated says what to run', async () => {
  await withDatabase(async ({ url }) => {
    const pool = createCatalogPool(url)
    const missing = { name: 'SurroundingsMissing', code: 'NOT_INITIALISED' }
    await expect(listProjects(pool)).rejects.toMatchObject(missing)
    await expect(listProjects(pool)).rejects.toThrow('run `schema-saga init`')
    await pool.end()
  })
})

test.each([
  ['postgres://saga:geheim@127.0.0.1:1/catalog', 'CATALOG_UNREACHABLE'],
  ['postgres://saga:geheim@host.invalid/catalog', 'CATALOG_UNREACHABLE'],
  ['postgres://saga:geheim@127.0.0.1:port/catalog', 'SETTING_INVALID'],
])('a catalog that is not there never shows its connection string: %#', async (url, code) => {
  const pool = createCatalogPool(url)
  for (const attempt of [() => migrateCatalog(url), () => listProjects(pool)]) {
    const error = await attempt().then(
      () => null,
      (reason: unknown) => reason,
    )
    expect(error).toMatchObject({ name: 'SurroundingsMissing', code })
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('geheim')
  }
  await pool.end()
})
