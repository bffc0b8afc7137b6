import { afterAll, beforeAll, expect, it } from 'vitest'
import { requireDirect } from '../../../src/postgres/openSession.ts'
import { prepareSession } from '../../../src/postgres/target/work.ts'
import { openFleet, type TestFleet } from '../fleet.ts'

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
