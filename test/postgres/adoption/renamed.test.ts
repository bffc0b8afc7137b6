import { afterAll, beforeAll, expect, it } from 'vitest'
import { loadPlan } from '../../../src/postgres/catalog/operations/plans.ts'
import { removeTenant } from '../../../src/postgres/catalog/tenants/states.ts'
import { scanDrift } from '../../../src/postgres/drift/drift.ts'
import { applyPlanToTarget, compensatePlanOnTarget } from '../../../src/postgres/target/execute.ts'
import { openProjectFleet, type ProjectFleet } from '../projectFleet.ts'
import { alters, bookkeepingOf, bringBack, FOOD, importAll, park } from './scene.ts'

let fleet: ProjectFleet
beforeAll(async () => {
  fleet = await openProjectFleet()
  await fleet.commit(FOOD)
  for (const id of ['ada', 'bob']) await fleet.addTenant(id)
  await fleet.alpha.query(`INSERT INTO shop_bob.food (id, name, note) VALUES ('a', 'x', 'precious')`)
  await fleet.commit(alters('delete', 'note'))
})
afterAll(() => fleet?.close())

const rename = (from: string, to: string) => fleet.alpha.query(`ALTER SCHEMA ${from} RENAME TO ${to}`)
const HINT = 'somebody has renamed it to "shop_rob": ALTER SCHEMA "shop_rob" RENAME TO "shop_bob" brings it back'

it('a tenant whose namespace was renamed by hand is told as that, wherever it is looked for', async () => {
  await rename('shop_bob', 'shop_rob')
  const scan = await scanDrift({ catalog: fleet.catalog, pools: fleet.pools, project: 'shop', tenant: 'bob' })
  expect(scan.drift[0]?.differences).toEqual([
    { object: 'namespace', kind: 'missing', expected: 'a namespace', actual: HINT },
  ])
  await park(fleet, 'bob')
  await expect(bringBack(fleet, 'bob')).rejects.toThrow(HINT)
  const { refused } = await importAll(fleet, { like: 'shop_rob' })
  expect(refused).toMatchObject([{ code: 'NAME_TAKEN', reason: expect.stringContaining(HINT) }])
  expect(refused[0]?.reason).toContain('`tenant remove shop bob` and import it again')
  expect(refused[0]?.reason).toContain('alpha/shop_rob is tenant "bob" of project "shop", registered as alpha/shop_bob')
})

it('its undo is open while the namespace has another name, and is done once it is back', async () => {
  await rename('shop_rob', 'shop_bob')
  const id = await fleet.begin(alters('rename', 'name', 'Title'))
  const { rows } = await fleet.catalog.query('select plan_hash as hash from schema_saga.operation where id = $1', [id])
  const { plan } = await loadPlan(fleet.catalog, id, rows[0].hash)
  const target = fleet.targets.get('bob')
  if (target === undefined) throw new Error('no bob')
  const work = { target, projectId: fleet.project, operationId: id, epoch: 0, plan }
  await applyPlanToTarget(fleet.pools, work)
  await rename('shop_bob', 'shop_rob')
  await expect(compensatePlanOnTarget(fleet.pools, work)).rejects.toThrow(HINT)
  await rename('shop_rob', 'shop_bob')
  expect(await compensatePlanOnTarget(fleet.pools, work)).toMatchObject({ touched: true })
  expect((await fleet.alpha.query('SELECT name FROM shop_bob.food')).rows).toEqual([{ name: 'x' }])
  await fleet.catalog.query(
    `update schema_saga.operation set status = 'failed', turn = 'released', ended_at = now() where id = $1`,
    [id],
  )
})

it('a tenant that was removed is imported under the new name, with markers and all that is set aside', async () => {
  await rename('shop_bob', 'shop_rob')
  const before = await bookkeepingOf(fleet, 'shop_bob')
  await removeTenant(fleet.catalog, { project: 'shop', tenant: 'bob', actor: 'rosa', reason: null })
  expect((await importAll(fleet, { like: 'shop_rob' })).matched).toHaveLength(1)
  expect(await bookkeepingOf(fleet, 'shop_bob')).toEqual({ target: [], markers: [], asides: [] })
  const after = await bookkeepingOf(fleet, 'shop_rob')
  expect(after.markers).toHaveLength(before.markers.length)
  expect(after.asides).toMatchObject([
    { incarnation: after.target[0]?.incarnation, column_name: 'note', restored_at: null, purged_at: null },
  ])
})

it('a namespace with a new name in a copy of the database is a tenant of its own, and no renamed one', async () => {
  const ada = fleet.targets.get('ada')
  await fleet.addTenant('eve', 'beta')
  await removeTenant(fleet.catalog, { project: 'shop', tenant: 'eve', actor: 'rosa', reason: null })
  // What a copy has, whichever way it was made: the row says shop_ada, and the number of what is called shop_copy.
  await fleet.beta.query(
    `UPDATE schema_saga_target.target SET namespace = 'shop_ada', incarnation = $1, released_at = NULL WHERE namespace = 'shop_eve'`,
    [ada?.incarnation],
  )
  await fleet.beta.query('ALTER SCHEMA shop_eve RENAME TO shop_copy')
  const { matched, refused } = await importAll(fleet, { server: 'beta', like: 'shop_copy' })
  expect({ refused, matched }).toMatchObject({ refused: [], matched: [{ namespace: 'shop_copy' }] })
  expect((await bookkeepingOf(fleet, 'shop_ada')).target).toMatchObject([{ incarnation: ada?.incarnation }])
})

it('a namespace that is kept under another name beside the one restored in its place is no renamed tenant', async () => {
  await rename('shop_ada', 'shop_kept')
  await fleet.alpha.query('CREATE SCHEMA shop_ada')
  const { refused } = await importAll(fleet, { like: 'shop_kept' })
  expect(refused).toEqual([])
})
