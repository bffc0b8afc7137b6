import { afterAll, beforeAll, expect, it } from 'vitest'
import { createTargetPools } from '../../../src/postgres/sessions/pools.ts'
import { databaseUrl, type FreshDatabase, freshDatabase } from '../../fixtures/database.ts'
import { sampleSessions } from '../../fixtures/sampleSessions.ts'

let database: FreshDatabase
beforeAll(async () => {
  database = await freshDatabase()
})
afterAll(() => database.drop())

const PLACE = { server: 'alpha', namespace: 'tenant_1' }

function pools(
  dsn: string | undefined,
  more: { maxSessions?: number; databasePerTenant?: boolean } = {},
  signal?: () => AbortSignal,
) {
  return createTargetPools({
    server: (id) => ({ id, dsnEnv: 'ALPHA_URL', maxSessions: 2, databasePerTenant: false, ...more }),
    dsn: () => dsn,
    ...(signal !== undefined && { signal }),
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
      name: 'StatementRefused',
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

const backend = async (from: ReturnType<typeof pools>, place = PLACE): Promise<number> => {
  const { rows } = await from.withClient(place, (client) => client.query('SELECT pg_backend_pid() AS pid'))
  return rows[0].pid
}

it('uses the session of a database again, and closes the longest unused one for another database', async () => {
  const databases = [await freshDatabase(), await freshDatabase(), await freshDatabase()]
  const [a, b, c] = databases.map(({ url }) => ({ server: 'alpha', namespace: new URL(url).pathname.slice(1) }))
  const own = pools(databaseUrl('{namespace}'), { maxSessions: 2, databasePerTenant: true })
  // Both at once, so that two sessions are needed.
  const [first, second] = await Promise.all([backend(own, a), backend(own, b)])
  expect(await backend(own, a)).toBe(first)
  expect(await backend(own, b)).toBe(second)
  await backend(own, c)
  expect(await backend(own, b)).toBe(second)
  expect(await backend(own, a)).not.toBe(first)
  await own.close()
  await Promise.all(databases.map(({ drop }) => drop()))
})

it('keeps idle sessions for a moment only, and opens others after that', async () => {
  const own = pools(database.url)
  const both = await Promise.all([backend(own), backend(own)])
  expect(both).toContain(await backend(own))
  const open = async (): Promise<number> => {
    const sampler = await sampleSessions(new URL(database.url).pathname.slice(1))
    return (await sampler.stop()).most
  }
  await expect.poll(open, { timeout: 5_000 }).toBe(0)
  expect(both).not.toContain(await backend(own))
  await own.close()
})

it('has at most two sessions beside the budget, however busy that is', async () => {
  const own = pools(database.url, { maxSessions: 1 })
  const sampler = await sampleSessions(new URL(database.url).pathname.slice(1), 5)
  const busy = own.withClient(PLACE, (client) => client.query('SELECT pg_sleep(0.5)'))
  const looks = Array.from({ length: 6 }, () => own.withSideClient(PLACE, (side) => side.query('SELECT pg_sleep(0.1)')))
  await Promise.all([busy, ...looks])
  const { most, mostAside } = await sampler.stop()
  expect({ most, mostAside }).toEqual({ most: 1, mostAside: 2 })
  await own.close()
})

it('lets those leave the line whose work is cancelled', async () => {
  const cancel = new AbortController()
  const signals = [new AbortController(), cancel, new AbortController()].map(({ signal }) => signal)
  const own = pools(database.url, { maxSessions: 1 }, () => signals.shift() as AbortSignal)
  const order: string[] = []
  const busy = own.withClient(PLACE, (client) => client.query('SELECT pg_sleep(0.2)'))
  const cancelled = own.withClient(PLACE, async () => order.push('cancelled'))
  const next = own.withClient(PLACE, async () => order.push('next'))
  await expect.poll(() => signals.length).toBe(0)
  cancel.abort(new Error('no longer'))
  await expect(cancelled).rejects.toThrow('no longer')
  await Promise.all([busy, next])
  expect(order).toEqual(['next'])
  await own.close()
})
