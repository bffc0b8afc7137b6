import type pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createCatalogPool, inTransaction, onCatalog } from '../../../src/postgres/catalog/pool.ts'
import { type FreshDatabase, freshDatabase } from '../../fixtures/database.ts'

let database: FreshDatabase
let pool: pg.Pool
beforeAll(async () => {
  database = await freshDatabase()
  pool = createCatalogPool(database.url)
})
afterAll(async () => {
  await pool?.end()
  await database?.drop()
})

/** As when Postgres restarts: the session ends, and whoever has it hears of it. */
async function endSession(client: pg.PoolClient): Promise<void> {
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid')
  // Not by `once` of node:events, which hears errors too, as nobody else may do here.
  const ended = new Promise<void>((resolve) => client.once('end', resolve))
  await pool.query('select pg_terminate_backend($1)', [rows[0]?.pid])
  await ended
}

test('a session that is lost between two statements of a transaction is an error, and not the end of the process', async () => {
  const lost = inTransaction(pool, async (client) => {
    await endSession(client)
    await client.query('select 1')
  })
  await expect(lost).rejects.toMatchObject({ code: 'CATALOG_UNREACHABLE' })
  expect(await inTransaction(pool, async (client) => (await client.query('select 1 as one')).rows)).toEqual([
    { one: 1 },
  ])
})

test('a value that no column can hold is refused without being told', async () => {
  const told = onCatalog(() => pool.query('select $1::text', ['geheim \0']))
  await expect(told).rejects.toMatchObject({ name: 'CatalogRefused', code: 'VALUE_REFUSED' })
  await expect(told).rejects.not.toThrow(/geheim/)
})

test.each([
  ['select nothing from pg_class', 'CATALOG_MISMATCH', 'column "nothing" does not exist'],
  ['select pg_read_file($$/etc/passwd$$::text, 1)', 'CATALOG_MISMATCH', 'pg_read_file'],
  ['select from schema_saga.nowhere', 'NOT_INITIALISED', 'schema-saga init'],
  [`do $$ begin raise exception 'closed for today'; end $$`, 'CATALOG_FAILED', 'closed for today'],
])('of a catalog that refuses "%s" its own words are told', async (sql, code, text) => {
  const asked = onCatalog(() => pool.query(sql))
  await expect(asked).rejects.toMatchObject({
    name: 'SurroundingsMissing',
    code,
    message: expect.stringContaining(text),
  })
})

test('settings of its role that are made for other programs change nothing in what it reads', async () => {
  const name = new URL(database.url).pathname.slice(1)
  await pool.query(`alter database "${name}" set datestyle = 'German, DMY'`)
  await pool.query(`alter database "${name}" set default_transaction_isolation = 'serializable'`)
  const fresh = createCatalogPool(database.url)
  const { rows } = await fresh.query(
    `select timestamptz '2020-03-04 05:06:07Z' as at, current_setting('transaction_isolation') as isolation`,
  )
  await fresh.end()
  expect(rows).toEqual([{ at: new Date('2020-03-04T05:06:07Z'), isolation: 'read committed' }])
})
