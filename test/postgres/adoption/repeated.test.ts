import { afterAll, beforeAll, expect, test } from 'vitest'
import { openProjectFleet, type ProjectFleet } from '../projectFleet.ts'
import { adds, FOOD, importAll } from './scene.ts'

let fleet: ProjectFleet
beforeAll(async () => {
  fleet = await openProjectFleet()
  await fleet.commit(FOOD)
  await fleet.addTenant('ada')
  // As the same tables in other hands: one as it should be, one with a column less, one that is no tenant.
  await fleet.alpha.query(`
    CREATE SCHEMA shop_dora; CREATE SCHEMA "shop_Dora"; CREATE SCHEMA shop_archive;
    CREATE TABLE shop_dora.food (LIKE shop_ada.food INCLUDING ALL);
    CREATE TABLE "shop_Dora".food (id varchar(36) PRIMARY KEY, name text)`)
})
afterAll(() => fleet.close())

const LIKE = { like: 'shop\\_%', except: ['shop\\_archive'] }

test('neither the base nor what is left out is taken for a tenant, and each other namespace gets the id it is given', async () => {
  const found = await importAll(fleet, { ...LIKE, dryRun: true, ids: { shop_Dora: 'dora-2' } })
  expect(found).toMatchObject({
    counts: { matched: 1, parked: 1, registered: 1, refused: 0 },
    matched: [{ tenant: 'dora', namespace: 'shop_dora' }],
    parked: [{ tenant: 'dora-2', namespace: 'shop_Dora' }],
    registered: [{ tenant: 'ada', namespace: 'shop_ada' }],
    parked_before: 0,
  })
})

test('a repetition tells which tenants an earlier import has parked already, and finds all by another pattern, too', async () => {
  const ids = { shop_Dora: 'dora-2' }
  expect(await importAll(fleet, { ...LIKE, ids })).toMatchObject({ counts: { parked: 1 }, parked_before: 0 })
  expect(await importAll(fleet, { like: '%', except: ['shop\\_archive', 'public'] })).toMatchObject({
    counts: { matched: 0, parked: 1, registered: 2, refused: 0 },
    parked_before: 1,
  })
})

test('a repetition leaves a tenant parked that is behind its project, and refuses nothing', async () => {
  const like = 'shop\\_dora'
  await fleet.catalog.query(`delete from schema_saga.tenant where id = 'dora'`)
  await fleet.catalog.query(`delete from schema_saga.place where scope = 'dora'`)
  await fleet.alpha.query(`DELETE FROM schema_saga_target.target WHERE namespace = 'shop_dora'`)
  await fleet.commit(adds('Price'))
  const told = { counts: { parked: 1, refused: 0 }, parked: [{ differences: [expect.stringMatching(/revision 1/)] }] }
  expect(await importAll(fleet, { like })).toMatchObject({ ...told, parked_before: 0 })
  expect(await importAll(fleet, { like })).toMatchObject({ ...told, parked_before: 1 })
})

test('the namespaces of extensions hold no tenants', async () => {
  await fleet.alpha.query(`
    CREATE SCHEMA zz_tools; CREATE EXTENSION IF NOT EXISTS pgcrypto;
    ALTER EXTENSION pgcrypto ADD SCHEMA zz_tools`)
  const found = await importAll(fleet, { like: 'zz%', dryRun: true })
  expect(found.counts).toEqual({ matched: 0, parked: 0, registered: 0, refused: 0 })
})
