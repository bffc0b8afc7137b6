import { afterAll, beforeAll, expect, test } from 'vitest'
import { applyPlanToTarget, compensatePlanOnTarget } from '../../../src/postgres/execute.ts'
import { ADD_INDEX, ADD_PRICE, markersOf, openFleet, revisionOf, type TestFleet, target, work } from '../fleet.ts'

let fleet: TestFleet
beforeAll(async () => {
  fleet = await openFleet()
})
afterAll(async () => {
  await fleet?.close()
})

test('the undo on a namespace that is gone closes its markers, so that no late try runs where it is made again', async () => {
  const gone = await target(fleet, 'gone')
  await applyPlanToTarget(fleet.pools, work(gone, ADD_PRICE))
  await fleet.client.query('DROP SCHEMA gone CASCADE')
  const undone = await compensatePlanOnTarget(fleet.pools, work(gone, ADD_PRICE))
  expect(undone).toEqual({ touched: false, setAside: [] })
  expect(await markersOf(fleet, 'gone')).toEqual(['1/1 compensated'])
  expect(await revisionOf(fleet, 'gone')).toBe(1)
  await fleet.client.query('CREATE SCHEMA gone; CREATE TABLE gone.food (id text PRIMARY KEY, name text)')
  const late = applyPlanToTarget(fleet.pools, work(gone, ADD_PRICE))
  await expect(late).rejects.toMatchObject({ name: 'StaleEpoch' })
})

test('so does the undo of an index build, which was never begun there', async () => {
  const gone = await target(fleet, 'gone_too')
  await fleet.client.query('DROP SCHEMA gone_too CASCADE')
  await expect(applyPlanToTarget(fleet.pools, work(gone, ADD_INDEX))).rejects.toMatchObject({ code: 'TARGET_GONE' })
  expect(await compensatePlanOnTarget(fleet.pools, work(gone, ADD_INDEX))).toMatchObject({ touched: false })
  expect(await markersOf(fleet, 'gone_too')).toEqual(['1/1 compensated'])
})
