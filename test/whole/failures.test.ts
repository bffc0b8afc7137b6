import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { dumpFleet, markersOf, placesOf } from './fleet.ts'
import { apply, createFleet, createStack, type Stack } from './stack.ts'

const TENANTS = ['ada', 'bob', 'cleo']
let stack: Stack
beforeAll(async () => {
  stack = await createStack()
  await stack.startWorker()
  await createFleet(stack, 'deli', TENANTS)
  await stack.client.run('deli', { type: 'create_model', name: 'guest' })
  await stack.client.run('deli', { type: 'add_field', model_name: 'guest', field_label: 'Name', field_type: 'text' })
  for (const place of placesOf(stack, 'deli', TENANTS)) {
    await place.client.query(`insert into "${place.namespace}".guest values ('g1', 'Rosa')`)
  }
  // Two rows would share the default of a required unique field: bob alone cannot take it.
  await stack.beta.query("insert into deli_bob.guest values ('g2', 'Nils')")
}, 120_000)
afterAll(async () => {
  await stack?.stop()
})

const CARD = {
  type: 'add_field',
  model_name: 'guest',
  field_label: 'Card Number',
  field_type: 'text',
  validation: { required: true, unique: true },
}

describe('a change that one tenant cannot take', () => {
  test('A10: leaves every target as it was, with all rows, and the third tenant untouched', async () => {
    const places = placesOf(stack, 'deli', TENANTS)
    const before = await dumpFleet(places)
    const result = await apply(stack, 'deli', CARD, '--id', 'card-1', '--parallel', '1')
    expect(result.exitCode).toBe(4)
    expect(result.json().operation).toMatchObject({
      status: 'failed',
      error: expect.stringMatching(/^tenant schema propagation: tenant bob: /),
      error_code: 'DATA_REJECTED',
      tenants: { compensated: 1, failed: 1, pending: 1 },
      problems: [{ tenant: 'bob', state: 'failed', error_code: 'DATA_REJECTED' }, { tenant: 'ada' }].slice(0, 1),
    })
    expect(await dumpFleet(places)).toEqual(before)
    const [base, ada, bob, cleo] = await Promise.all(places.map((place) => markersOf(place, 'card-1')))
    expect(base).toEqual([{ stage: 1, state: 'compensated' }])
    expect(ada).toEqual([{ stage: 1, state: 'compensated' }])
    expect(bob).toEqual([{ stage: 1, state: 'compensated' }])
    expect(cleo).toEqual([])
  })

  test('the catalog still has the revision from before, and the next change goes through', async () => {
    const { revision } = await stack.client.showProject('deli')
    expect(revision).toBe(2)
    const { validation: _, ...optional } = CARD
    const operation = await stack.client.run('deli', optional)
    expect(operation).toMatchObject({ status: 'committed', base_revision: 2, revision: 3 })
  })

  test('A9: a base that fails touches no tenant and no system row', async () => {
    await stack.alpha.query('create table deli_base.side (id int)')
    await stack.alpha.query('create view deli_base.side_view as select 1 as one')
    const result = await apply(stack, 'deli', { type: 'create_model', name: 'side' }, '--id', 'side-1')
    expect(result.exitCode).toBe(4)
    expect(result.json().operation).toMatchObject({ status: 'failed', tenants: { pending: 3 } })
    expect((await stack.client.showProject('deli')).revision).toBe(3)
    for (const place of placesOf(stack, 'deli', TENANTS).slice(1)) {
      expect(await markersOf(place, 'side-1')).toEqual([])
    }
  })
})
