import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { afterEach, beforeEach, expect, it } from 'vitest'
import {
  BOOKKEEPING_VERSION,
  bookkeepingVersion,
  ensureBookkeeping,
} from '../../../src/postgres/target/bookkeeping/bookkeeping.ts'
import { openFleet, type TestFleet } from '../fleet.ts'

let fleet: TestFleet
beforeEach(async () => {
  fleet = await openFleet()
})
afterEach(() => fleet.close())

it('is there afterwards when fifty sessions make it at the same moment', async () => {
  expect(await bookkeepingVersion(fleet.client)).toBe(0)
  const clients = await Promise.all(Array.from({ length: 50 }, () => fleet.connect()))
  await Promise.all(clients.map((client) => client.query('SET lock_timeout = 2000')))
  await Promise.all(clients.map(ensureBookkeeping))
  expect(await bookkeepingVersion(fleet.client)).toBe(BOOKKEEPING_VERSION)
})

it('leaves a newer one alone', async () => {
  await ensureBookkeeping(fleet.client)
  await fleet.client.query('UPDATE schema_saga_target.bookkeeping SET version = 99')
  await ensureBookkeeping(await fleet.connect())
  expect(await bookkeepingVersion(fleet.client)).toBe(99)
})

it('is brought up to date without losing what it holds', async () => {
  await ensureBookkeeping(fleet.client)
  await fleet.client.query(`UPDATE schema_saga_target.bookkeeping SET version = 0;
    INSERT INTO schema_saga_target.target VALUES ('n', 'i', 'p', 1, 'h')`)
  await ensureBookkeeping(await fleet.connect())
  expect(await bookkeepingVersion(fleet.client)).toBe(BOOKKEEPING_VERSION)
  expect((await fleet.client.query('SELECT namespace FROM schema_saga_target.target')).rows).toEqual([
    { namespace: 'n' },
  ])
})

it('is made and brought up to date by a role that may not create namespaces, where its namespace is there', async () => {
  const role = `owner_${randomBytes(4).toString('hex')}`
  const url = new URL(fleet.url)
  await fleet.client.query(`CREATE ROLE ${role} LOGIN PASSWORD 'o' NOSUPERUSER;
    CREATE SCHEMA schema_saga_target AUTHORIZATION ${role}`)
  url.username = role
  url.password = 'o'
  const connected = async (): Promise<pg.Client> => {
    const client = new pg.Client({ connectionString: url.href })
    await client.connect()
    return client
  }
  const [first, second] = [await connected(), await connected()]
  try {
    await ensureBookkeeping(first)
    await fleet.client.query('UPDATE schema_saga_target.bookkeeping SET version = 5')
    await ensureBookkeeping(second)
    expect(await bookkeepingVersion(second)).toBe(BOOKKEEPING_VERSION)
  } finally {
    await Promise.all([first.end(), second.end()])
    await fleet.client.query(`DROP OWNED BY ${role}; DROP ROLE ${role}`)
  }
})
