/** The API on a fleet of its own: a real Postgres and a real worker, and a Temporal that skips waiting. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { userInfo } from 'node:os'
import { after, before, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { createTestFleet, type TestFleet } from 'schema-saga/testing'
import { createApi } from '../src/api.js'
import { createHooks } from '../src/hooks.js'

/** What the test looks at of an answer. */
interface Answer {
  readonly status: number
  readonly body: { readonly features?: readonly string[]; readonly error?: { readonly code: string } }
}

const committed: string[] = []
let fleet: TestFleet
let tables: pg.Pool
let api: ReturnType<typeof createApi>

before(async () => {
  // The fleet makes its project as the user of the machine.
  const hooks = createHooks(['rosa', userInfo().username], (line) => committed.push(line))
  fleet = await createTestFleet({ project: 'menus', tenants: [], hooks })
  tables = new pg.Pool({ connectionString: fleet.targetsUrl })
  api = createApi({ client: fleet.client, project: 'menus', server: 'alpha', tables })
  await once(api.listen(0, '127.0.0.1'), 'listening')
})
after(async () => {
  api?.close()
  api?.closeAllConnections()
  await tables?.end()
  await fleet?.stop()
})

async function ask(method: string, path: string, actor?: string): Promise<Answer> {
  const { port } = api.address() as AddressInfo
  const headers: Record<string, string> = actor === undefined ? {} : { 'x-actor': actor }
  const response = await fetch(`http://127.0.0.1:${port}${path}`, { method, headers })
  return { status: response.status, body: (await response.json()) as Answer['body'] }
}

/** An answer about a tenant may be a second old. */
async function until<T>(get: () => Promise<T>, isThere: (found: T) => boolean): Promise<T> {
  for (let left = 100; left > 0; left -= 1) {
    const found = await get()
    if (isThere(found)) return found
    await pause(100)
  }
  throw new Error('It did not come.')
}

test('a sign-up provisions a tenant, and features open when its tables have what they need', async () => {
  const added = await ask('POST', '/tenants/ada')
  assert.deepEqual(added, { status: 201, body: { id: 'ada', namespace: 'menus_ada', revision: 0, state: 'active' } })
  assert.deepEqual((await ask('GET', '/tenants/ada')).body.features, [])
  const early = await ask('GET', '/tenants/ada/prices')
  assert.deepEqual([early.status, early.body.error?.code], [409, 'NOT_YET'])

  const forbidden = await ask('POST', '/schema', 'mallory')
  assert.deepEqual([forbidden.status, forbidden.body.error?.code], [403, 'FORBIDDEN'])
  // The second time there is nothing to do.
  for (const _ of [1, 2]) assert.deepEqual(await ask('POST', '/schema', 'rosa'), { status: 200, body: { revision: 2 } })

  const open = await until(
    () => ask('GET', '/tenants/ada'),
    ({ body }) => body.features?.includes('prices') === true,
  )
  assert.deepEqual(open.body, { id: 'ada', state: 'active', revision: 2, features: ['dishes', 'prices'] })
  await tables.query(`INSERT INTO menus_ada.dish (id, name, price) VALUES ('1', 'Soup', 4.5)`)
  assert.deepEqual((await ask('GET', '/tenants/ada/prices')).body, [{ name: 'Soup', price: 4.5 }])
  await until(
    async () => committed,
    (lines) => lines.includes('menus is at revision 2 (prices-1)'),
  )
})

test('a tenant that is not there is not found', async () => {
  const { status, body } = await ask('GET', '/tenants/nobody')
  assert.deepEqual([status, body.error?.code], [404, 'TENANT_NOT_FOUND'])
})
