import { afterAll, beforeAll, expect, test } from 'vitest'
import { ownerOf } from '../../../src/postgres/catalog/projects/registrations.ts'
import { removeTenant } from '../../../src/postgres/catalog/tenants/states.ts'
import { readRegistration } from '../../../src/postgres/target/bookkeeping/registration.ts'
import { openProjectFleet, type ProjectFleet } from '../projectFleet.ts'
import { adds, bookkeepingOf, FOOD } from './scene.ts'

let fleet: ProjectFleet
beforeAll(async () => {
  fleet = await openProjectFleet()
  await fleet.commit(FOOD)
  await fleet.addTenant('ada')
})
afterAll(() => fleet.close())

test('a tenant in the place of one that is gone keeps what it wrote, whatever was filled in and noted for the other one', async () => {
  await fleet.commit(adds('Code'))
  await fleet.alpha.query(`INSERT INTO shop_ada.food (id) VALUES ('1')`)
  const validation = { required: true, default: 'none' }
  const required = await fleet.commit({
    type: 'add_field',
    is_update: true,
    model_name: 'food',
    field_label: 'Code',
    field_type: 'text',
    validation,
  })
  await fleet.alpha.query(`
    INSERT INTO schema_saga_target.drift (namespace, operation_id, object, what, rows_in_the_way)
    VALUES ('shop_ada', 'an-undo', 'food.name', 'NOT NULL stays off', 1);
    DROP SCHEMA shop_ada CASCADE`)
  await removeTenant(fleet.catalog, { project: fleet.project, tenant: 'ada', actor: 'rosa', reason: null })
  await fleet.addTenant('ada')
  await fleet.alpha.query(`INSERT INTO shop_ada.food (id, code) VALUES ('1', 'none')`)
  await fleet.commit({ type: 'revert', operation_id: required })
  expect((await fleet.alpha.query('SELECT id, code FROM shop_ada.food')).rows).toEqual([{ id: '1', code: 'none' }])
  const { rows } = await fleet.alpha.query(`SELECT object FROM schema_saga_target.drift WHERE namespace = 'shop_ada'`)
  expect(rows).toEqual([])
  expect((await bookkeepingOf(fleet, 'shop_ada')).target).toMatchObject([{ revision: 4 }])
})

test('a tenant that was let go of, and is there again in a catalog of the day before, is nobody else’s to take', async () => {
  const bob = await fleet.addTenant('bob')
  await fleet.alpha.query('SELECT schema_saga_target.release_target_v1($1, $2)', [bob.namespace, bob.incarnation])
  const seen = async () => {
    const registration = await readRegistration(fleet.alpha, bob.namespace)
    if (registration === null) throw new Error('bob is not registered.')
    return { registration, owner: await ownerOf(fleet.catalog, registration) }
  }
  const { registration, owner } = await seen()
  expect(registration.released).toBe(true)
  expect(owner).toMatchObject({ is: 'holder', holder: { project: fleet.project, scope: 'bob' } })
  expect(await ownerOf(fleet.catalog, { ...registration, catalogId: 'another' })).toEqual({ is: 'nobody' })
  expect(await ownerOf(fleet.catalog, { ...registration, incarnation: 'another' })).toEqual({ is: 'nobody' })
  await fleet.commit(adds('Size'))
  expect((await seen()).registration.released).toBe(false)
})
