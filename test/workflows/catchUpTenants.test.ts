import { afterAll, beforeAll, expect, test } from 'vitest'
import { openSqlWorld, type SqlWorld, TEXT } from './sql/sqlWorld.ts'

let world: SqlWorld
beforeAll(async () => {
  world = await openSqlWorld({ project: 'inn', tenants: ['ada'] })
})
afterAll(() => world?.stop())

const CHANGES = [
  'ALTER TABLE customer ADD COLUMN email text;',
  'ALTER TABLE customer ADD CONSTRAINT one_email UNIQUE (email);',
  'CREATE TABLE note (id bigserial PRIMARY KEY, text text);',
]

/** A namespace as another tool has made it, with so many of the changes. */
async function byHand(tenant: string, changes: number, more = ''): Promise<void> {
  const name = `inn_${tenant}`
  const sql = [TEXT, ...CHANGES.slice(0, changes), more].join(';\n')
  await world.targets.query(`CREATE SCHEMA ${name}; SET search_path = ${name}; ${sql}; RESET search_path`)
}

const shown = async (tenant: string) => await world.fleet.client.showTenant('inn', tenant)

test('all that an import has left behind is brought up by one command, and who stays parked is named', async () => {
  const { client } = world.fleet
  for (const [index, up] of CHANGES.entries()) await world.run({ name: `step-${index}`, up })
  for (const [index, tenant] of ['bob', 'cy', 'dan', 'eve'].entries()) await byHand(tenant, index % 3)
  await byHand('fay', 1, `INSERT INTO customer (name, email) VALUES ('x', 'same'), ('y', 'same')`)
  await byHand('gus', 3, 'ALTER TABLE note ADD COLUMN mine int')
  await byHand('hal', 1)
  const { counts } = await client.importTenants('inn', { server: 'alpha', like: 'inn\\_%' })
  expect(counts).toMatchObject({ matched: 0, parked: 7 })
  await client.parkTenant('inn', 'hal', { reason: 'moves out' })

  const unparked = await client.unparkTenants('inn')
  expect(unparked).toMatchObject({ active: 4, kept: 1, left: 2, revisions_left_out: 0 })
  const moved = ({ revisions }: typeof unparked) => revisions.map(({ id, from, to }) => `${id} ${from} ${to}`).sort()
  expect(moved(unparked)).toEqual(['bob 1 4', 'cy 2 4', 'dan 3 4', 'eve 1 4'])
  expect(unparked.failed.map(({ id, code }) => [id, code]).sort()).toEqual([
    ['fay', 'DATA_REJECTED'],
    ['gus', 'TARGET_DRIFTED'],
  ])
  expect(await shown('eve')).toMatchObject({ state: 'active', revision: 4, reason: null })
  expect(await world.columns('inn_eve')).toEqual(await world.columns('inn_base'))
  expect(await shown('fay')).toMatchObject({ state: 'parked', cause: 'failure', reason_code: 'DATA_REJECTED' })
  const { reason } = await shown('gus')
  expect(unparked.failed.find(({ id }) => id === 'gus')?.error).toBe(reason)
  expect(await shown('hal')).toMatchObject({ state: 'parked', cause: 'operator', reason: 'moves out' })
  expect((await client.drift('inn')).drift).toEqual([])

  await world.targets.query('DELETE FROM inn_fay.customer; ALTER TABLE inn_gus.note DROP COLUMN mine')
  const again = await client.unparkTenants('inn')
  expect(again).toMatchObject({ active: 2, kept: 1, left: 0, failed: [] })
  expect(moved(again)).toEqual(['fay 2 4', 'gus 4 4'])
  expect(await client.unparkTenants('inn')).toMatchObject({ active: 0, kept: 1, left: 0, failed: [], revisions: [] })
})

test('the reconciler brings up together what failed, and leaves the others alone', async () => {
  const { client } = world.fleet
  for (const tenant of ['bob', 'cy']) {
    await world.targets.query(`INSERT INTO inn_${tenant}.customer (name) VALUES ('x'), ('x')`)
  }
  const up = 'ALTER TABLE customer ADD CONSTRAINT one_name UNIQUE (name);'
  const operation = await world.run({ name: 'unique', up }, { onTenantFailure: 'park', maxParked: 2 })
  expect(operation).toMatchObject({ status: 'committed', tenants: { parked: 2 } })
  await world.targets.query('DELETE FROM inn_bob.customer; DELETE FROM inn_cy.customer')
  const { projects } = await client.reconcile({ project: 'inn' })
  expect(projects[0]?.duties.tenants).toMatchObject({ found: 2, done: 2, left: 0 })
  const states = (await client.listTenants('inn')).filter(({ state }) => state !== 'active')
  expect(states.map(({ id }) => id)).toEqual(['hal'])
})
