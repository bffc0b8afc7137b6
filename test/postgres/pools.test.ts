import { afterAll, beforeAll, expect, it } from 'vitest'
import { createTargetPools } from '../../src/postgres/pools.ts'
import { type FreshDatabase, freshDatabase } from '../fixtures/database.ts'

let database: FreshDatabase
beforeAll(async () => {
  database = await freshDatabase()
})
afterAll(() => database.drop())

const PLACE = { server: 'alpha', namespace: 'tenant_1' }

function pools(dsn: string | undefined, more: { maxSessions?: number; databasePerTenant?: boolean } = {}) {
  return createTargetPools({
    server: (id) => ({ id, dsnEnv: 'ALPHA_URL', maxSessions: 2, databasePerTenant: false, ...more }),
    dsn: () => dsn,
  })
}

it('never holds more sessions than the server allows', async () => {
  const few = pools(database.url, { maxSessions: 2 })
  let now = 0
  let most = 0
  const tasks = Array.from({ length: 10 }, () =>
    few.withClient(PLACE, async (client) => {
      now += 1
      most = Math.max(most, now)
      await client.query('SELECT pg_sleep(0.02)')
      now -= 1
    }),
  )
  await Promise.all(tasks)
  expect(most).toBe(2)
  await few.close()
})

it('gives a session back after a failure', async () => {
  const one = pools(database.url, { maxSessions: 1 })
  for (let n = 0; n < 3; n += 1) {
    await expect(one.withClient(PLACE, (client) => client.query('SELECT * FROM nowhere'))).rejects.toMatchObject({
      name: 'TargetDrifted',
    })
  }
  await one.withClient(PLACE, (client) => client.query('SELECT 1'))
  await one.close()
})

it('names the variable that is missing', async () => {
  await expect(pools(undefined).locate(PLACE)).rejects.toMatchObject({
    name: 'SurroundingsMissing',
    code: 'SETTING_INVALID',
    message: 'Set ALPHA_URL to the connection string of server alpha.',
  })
})

it('wants a placeholder for a database per tenant, and does not show the connection string', async () => {
  const located = pools('postgres://me:secret@host/db', { databasePerTenant: true }).locate(PLACE)
  await expect(located).rejects.toThrow(/ALPHA_URL must hold \{namespace\}/)
  await expect(located).rejects.not.toThrow(/secret/)
})

it.each([
  ['is not there', 'postgres://me:secret@127.0.0.1:1/db', 'alpha/tenant_1 cannot be reached: ECONNREFUSED.'],
  ['has no such name', 'postgres://me:secret@nowhere.invalid/db', /^alpha\/tenant_1 cannot be reached: E\w+\.$/],
])('says in words that a server %s, without the connection string', async (_, dsn, message) => {
  const failing = pools(dsn).withClient(PLACE, async () => {})
  await expect(failing).rejects.toMatchObject({ name: 'TargetUnreachable', code: 'TARGET_UNREACHABLE' })
  await expect(failing).rejects.toThrow(message)
})

it('reports a session that the server ended as unreachable', async () => {
  const own = pools(database.url)
  const ended = own.withClient(PLACE, (client) => client.query('SELECT pg_terminate_backend(pg_backend_pid())'))
  await expect(ended).rejects.toMatchObject({ name: 'TargetUnreachable' })
  await own.withClient(PLACE, (client) => client.query('SELECT 1'))
  await own.close()
})
