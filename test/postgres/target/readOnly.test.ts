import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTargetPools, type TargetPools } from '../../../src/postgres/sessions/pools.ts'
import { applyPlanToTarget, compensatePlanOnTarget } from '../../../src/postgres/target/execute.ts'
import { onServer } from '../../fixtures/database.ts'
import { ADD_PRICE, markersOf, openFleet, type TestFleet, target, work } from '../fleet.ts'

let fleet: TestFleet
let pools: TargetPools
beforeAll(async () => {
  fleet = await openFleet()
})
afterAll(async () => {
  await fleet?.close()
})

/** As an endpoint that points at a node which is not promoted yet; sessions that are open do not notice. */
async function takesWrites(yes: boolean): Promise<void> {
  await pools?.close()
  const name = new URL(fleet.url).pathname.slice(1)
  await onServer(`ALTER DATABASE ${name} SET default_transaction_read_only = ${yes ? 'off' : 'on'}`)
  pools = createTargetPools({
    server: (id) => ({ id, dsnEnv: 'TEST_DSN', maxSessions: 2, databasePerTenant: false }),
    dsn: () => fleet.url,
  })
}

test('a database that takes no writes is waited for: nothing is begun there, and nothing is to be undone', async () => {
  const untouched = await target(fleet, 'untouched')
  const touched = await target(fleet, 'touched')
  await takesWrites(true)
  await applyPlanToTarget(pools, work(touched, ADD_PRICE))
  await takesWrites(false)
  const away = {
    name: 'TargetUnreachable',
    message: expect.stringMatching(/^alpha\/\w+: the server takes no writes now: .* \(SQLSTATE 25006\)\.$/),
  }
  let begun = 0
  const begin = async (): Promise<void> => {
    begun += 1
  }
  await expect(applyPlanToTarget(pools, work(untouched, ADD_PRICE, { begin }))).rejects.toMatchObject(away)
  expect(begun).toBe(0)
  expect(await compensatePlanOnTarget(pools, work(untouched, ADD_PRICE))).toEqual({ touched: false, setAside: [] })
  await expect(compensatePlanOnTarget(pools, work(touched, ADD_PRICE))).rejects.toMatchObject(away)
  expect(await markersOf(fleet, 'touched')).toEqual(['1/1 applied'])
  await takesWrites(true)
  expect(await compensatePlanOnTarget(pools, work(touched, ADD_PRICE))).toMatchObject({ touched: true })
  await applyPlanToTarget(pools, work(untouched, ADD_PRICE, { begin }))
  expect(begun).toBe(1)
  await pools.close()
})
