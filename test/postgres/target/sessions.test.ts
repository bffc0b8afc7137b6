import pg from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createTargetPools } from '../../../src/postgres/sessions/pools.ts'
import { requireDirect } from '../../../src/postgres/sessions/session.ts'
import { readTarget } from '../../../src/postgres/target/adoptNamespace.ts'
import { prepareSession } from '../../../src/postgres/target/stage/execution.ts'
import { openFleet, type TestFleet, target } from '../fleet.ts'

let fleet: TestFleet
beforeAll(async () => {
  fleet = await openFleet()
})
afterAll(() => fleet?.close())

const TARGET = { scope: 't1', server: 'alpha', namespace: 'shop_t1', incarnation: 'i1' }

it('has time limits and a name of at most 63 bytes that tells the operation', async () => {
  for (const target of [TARGET, null]) {
    await prepareSession(fleet.client, { operationId: 'op', target, limits: { lockMs: 1_234 } })
    const { rows } = await fleet.client.query(
      `SELECT current_setting('application_name') AS name, current_setting('lock_timeout') AS "lock"`,
    )
    expect(rows).toEqual([
      { name: expect.stringMatching(/^saga\/[0-9a-f]{12}\/(sweep|[0-9a-f]{12})\/[0-9a-f]{8}$/), lock: '1234ms' },
    ])
  }
})

it('is refused through a pooler, which names another process at the handshake than the one that answers', async () => {
  const pooled = await fleet.connect()
  Object.assign(pooled, { processID: 1 })
  expect(() => requireDirect(pooled, 2, 'alpha')).toThrow(
    expect.objectContaining({
      code: 'SETTING_INVALID',
      message: expect.stringMatching(/^Server alpha is reached through a connection pooler/),
    }),
  )
})

it('sees all rows or fails, whatever it is opened for', async () => {
  const asked = `SELECT current_setting('row_security') AS rows`
  const place = { server: 'alpha', namespace: 'any' }
  const each = [
    await fleet.pools.withClient(place, (client) => client.query(asked)),
    await fleet.pools.withSideClient(place, (client) => client.query(asked)),
  ]
  expect(each.flatMap(({ rows }) => rows)).toEqual([{ rows: 'off' }, { rows: 'off' }])
})

it('reads and prints alike whatever the settings of its role are, and none of them ends its work', async () => {
  const born = `CREATE TABLE :"ns"."food" ("id" text PRIMARY KEY, "born" date DEFAULT '2020-03-04', "note" text DEFAULT E'a\\\\b')`
  const odd = await target(fleet, 'odd', { statements: [born] })
  const before = await readTarget(fleet.pools, odd)
  const database = pg.escapeIdentifier(new URL(fleet.url).pathname.slice(1))
  const settings = [
    `datestyle = 'German, DMY'`,
    'standard_conforming_strings = off',
    'quote_all_identifiers = on',
    `default_transaction_isolation = 'serializable'`,
    `statement_timeout = '5s'`,
    `idle_session_timeout = '5s'`,
    `search_path = 'nowhere'`,
  ]
  for (const setting of settings) await fleet.client.query(`ALTER DATABASE ${database} SET ${setting}`)
  const fresh = createTargetPools({
    server: (id) => ({ id, dsnEnv: 'TEST_DSN', maxSessions: 2, databasePerTenant: false }),
    dsn: () => fleet.url,
  })
  try {
    expect(await readTarget(fresh, odd)).toEqual(before)
    const { rows } = await fresh.withClient(odd, (client) =>
      client.query(`SELECT current_setting('transaction_isolation') AS isolation, current_setting('datestyle') AS dates,
        current_setting('statement_timeout') AS statement, current_setting('idle_session_timeout') AS idle`),
    )
    expect(rows).toEqual([{ isolation: 'read committed', dates: 'ISO, DMY', statement: '0', idle: '0' }])
  } finally {
    await fresh.close()
  }
})
