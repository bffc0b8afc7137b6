import { afterAll, beforeAll, expect, test } from 'vitest'
import { removeTenant } from '../../../src/postgres/catalog/tenants/states.ts'
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
