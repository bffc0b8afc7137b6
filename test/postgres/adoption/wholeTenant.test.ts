import { afterEach, beforeEach, expect, it } from 'vitest'
import { openProjectFleet, type ProjectFleet } from '../projectFleet.ts'
import { adds, FOOD, preflight, restore } from './scene.ts'

const DRINK = { type: 'create_model', name: 'drink' }
let fleet: ProjectFleet
beforeEach(async () => {
  fleet = await openProjectFleet()
  await fleet.commit(FOOD)
  await fleet.addTenant('ada')
  await fleet.addTenant('bob')
})
afterEach(() => fleet.close())

const bob = () => {
  const target = fleet.targets.get('bob')
  if (target === undefined) throw new Error('no bob')
  return target
}

it('a change of another table is refused by a tenant that was restored from a backup', async () => {
  await fleet.commit(adds('Size'))
  await restore(fleet, bob(), 1)
  expect(await preflight(fleet, DRINK)).toMatchObject([
    {
      scope: 'bob',
      errorCode: 'TARGET_DRIFTED',
      error: expect.stringContaining('its bookkeeping says revision 2, its tables look like those of revision 1'),
    },
  ])
})

it('a table that a later revision has put away tells of it too', async () => {
  await fleet.commit(DRINK)
  await fleet.commit({ type: 'delete_model', model_name: 'drink' })
  await restore(fleet, bob(), 2)
  expect(await preflight(fleet, { type: 'create_model', name: 'plate' })).toMatchObject([{ scope: 'bob' }])
})

it('what others have added is no other revision, and in the way of nothing', async () => {
  await fleet.commit(adds('Size'))
  await fleet.alpha.query('ALTER TABLE shop_bob.food ADD COLUMN theirs text; CREATE TABLE shop_bob.audit_log (id text)')
  expect(await preflight(fleet, DRINK)).toEqual([])
})
