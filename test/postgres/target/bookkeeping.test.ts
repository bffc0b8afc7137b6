import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createTargetPools, type TargetPools } from '../../../src/postgres/sessions/pools.ts'
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

describe('of another role', () => {
  const suffix = randomBytes(4).toString('hex')
  const [maker, ours] = [`maker_${suffix}`, `ours_${suffix}`]
  let pools: TargetPools
  beforeEach(async () => {
    await fleet.client.query(`CREATE ROLE ${maker} NOSUPERUSER; CREATE ROLE ${ours} LOGIN PASSWORD 'o' NOSUPERUSER;
      CREATE SCHEMA schema_saga_target AUTHORIZATION ${maker}; SET ROLE ${maker}`)
    await ensureBookkeeping(fleet.client)
    await fleet.client.query('RESET ROLE')
    const url = new URL(fleet.url)
    url.username = ours
    url.password = 'o'
    const server = (id: string) => ({ id, dsnEnv: 'X', maxSessions: 2, databasePerTenant: false })
    pools = createTargetPools({ server, dsn: () => url.href })
  })
  afterEach(async () => {
    await pools.close()
    await fleet.client.query(`DROP OWNED BY ${maker}, ${ours}; DROP ROLE ${maker}, ${ours}`)
  })
  const used = (): Promise<void> => pools.withClient({ server: 'a', namespace: 'n' }, ensureBookkeeping)

  it('is told with that role and the statement that helps, to whoever may not use it', async () => {
    const told = {
      code: 'STATEMENT_REFUSED',
      message: `a/n: the bookkeeping in its database (namespace schema_saga_target) belongs to role ${maker}, and our role ${ours} may not use it: run \`GRANT ${maker} TO ${ours}\`, or let the workers log in as ${maker}.`,
    }
    await expect(used()).rejects.toMatchObject(told)
    await fleet.client.query(`GRANT USAGE ON SCHEMA schema_saga_target TO ${ours}`)
    await expect(used()).rejects.toMatchObject(told)
    await fleet.client.query(`GRANT ${maker} TO ${ours}`)
    await used()
  })

  it('is told once there is something to add to whoever may only use it, and a refusal of something else is not', async () => {
    await fleet.client.query(`GRANT USAGE ON SCHEMA schema_saga_target TO ${ours};
      GRANT ALL ON ALL TABLES IN SCHEMA schema_saga_target TO ${ours}; CREATE TABLE public.closed ()`)
    const closed = pools.withClient({ server: 'a', namespace: 'n' }, (client) => client.query('TABLE public.closed'))
    await expect(closed).rejects.toThrow('permission denied for table closed')
    await fleet.client.query('UPDATE schema_saga_target.bookkeeping SET version = 5')
    await expect(used()).rejects.toThrow(`may not bring it up to date: run \`GRANT ${maker} TO ${ours}\``)
    await fleet.client.query(`GRANT ${maker} TO ${ours}`)
    await used()
    expect(await bookkeepingVersion(fleet.client)).toBe(BOOKKEEPING_VERSION)
  })
})
