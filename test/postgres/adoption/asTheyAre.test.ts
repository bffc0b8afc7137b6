import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Target } from '../../../src/contract.ts'
import { requireProject } from '../../../src/postgres/catalog/projects/projects.ts'
import { scanDrift } from '../../../src/postgres/drift/drift.ts'
import { openProjectFleet, type ProjectFleet } from '../projectFleet.ts'
import { bringBack, FOOD, importAll, preflight, shown } from './scene.ts'

let fleet: ProjectFleet
beforeAll(async () => {
  fleet = await openProjectFleet()
  // Tables of an application, which the project is to stand beside.
  await fleet.alpha.query(`
    CREATE SCHEMA app_ada; CREATE SCHEMA app_bob; CREATE SCHEMA app_cleo; CREATE SCHEMA app_dora;
    CREATE TABLE app_ada.invoice (id serial PRIMARY KEY, total numeric CHECK (total > 0));
    CREATE TABLE app_ada."view:Größe" (id int); CREATE VIEW app_ada.large AS SELECT 1 AS one;
    CREATE TABLE app_bob.invoice (id int); CREATE TABLE app_bob.jobs (id int);
    CREATE TABLE app_cleo.food (id int); CREATE TABLE app_dora.food (id int)`)
})
afterAll(() => fleet.close())

const settings = async () => (await requireProject(fleet.catalog, fleet.project)).settings
const AS_THEY_ARE = { like: 'app\\_%', except: ['app\\_cleo', 'app\\_dora'], asTheyAre: true }

test('namespaces that are taken over as they are begin at revision 0, and their own tables are left alone from now on', async () => {
  await expect(importAll(fleet, { like: 'app\\_%' })).rejects.toMatchObject({
    code: 'NOT_APPLICABLE',
    message: expect.stringContaining('--as-they-are'),
  })
  const expected = { counts: { matched: 2, parked: 0, refused: 0 }, ignored_tables: ['invoice', 'jobs', 'view:Größe'] }
  expect(await importAll(fleet, { ...AS_THEY_ARE, dryRun: true })).toMatchObject(expected)
  expect((await settings()).ignore).toEqual([])
  expect(await importAll(fleet, AS_THEY_ARE)).toMatchObject(expected)
  expect([...(await settings()).ignore].sort()).toEqual(['invoice', 'jobs', 'table:view:Größe'])
  expect(await shown(fleet, 'ada')).toMatchObject({ state: 'active', revision: 0 })
  const scan = await scanDrift({ catalog: fleet.catalog, pools: fleet.pools, project: fleet.project })
  expect(scan).toMatchObject({ checked: 3, matching: 3, drift: [] })
})

test('one that comes later is taken as it is, too, and brought up from there; a table of a model counts', async () => {
  await importAll(fleet, AS_THEY_ARE)
  const { rows } = await fleet.catalog.query<Target>(
    `select id as scope, server_id as server, namespace, incarnation from schema_saga.tenant where state = 'active'`,
  )
  for (const target of rows) (fleet.targets as Map<string, Target>).set(target.scope, target)
  await fleet.commit(FOOD)
  expect(await shown(fleet, 'ada')).toMatchObject({ state: 'active', revision: 1 })
  const later = await importAll(fleet, { like: 'app\\_%', asTheyAre: true })
  expect(later.parked.map(({ tenant, differences }) => [tenant, differences.length > 0])).toEqual([
    ['cleo', true],
    ['dora', true],
  ])
  expect((await settings()).ignore).not.toContain('food')
  await fleet.alpha.query('DROP TABLE app_dora.food; CREATE TABLE app_dora.notes (id int)')
  const again = await importAll(fleet, { like: 'app\\_dora', asTheyAre: true })
  expect(again).toMatchObject({ ignored_tables: ['notes'], parked: [{ tenant: 'dora' }] })
  expect(await bringBack(fleet, 'dora')).toEqual({ revision: 1, found: 0 })
})

test('a model cannot get a table that a tenant has of its own, and any other one stands beside it', async () => {
  await importAll(fleet, AS_THEY_ARE)
  const problems = await preflight(fleet, { type: 'create_model', name: 'invoice' })
  expect(problems.map(({ scope, errorCode }) => [scope, errorCode]).sort()).toEqual([
    ['ada', expect.any(String)],
    ['bob', expect.any(String)],
  ])
})
