import { MockActivityEnvironment } from '@temporalio/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createCatchUpManyActivities } from '../../src/activities/fleet/catchUpManyActivities.ts'
import type { CatchUpTenantsActivities } from '../../src/contract.ts'
import { listTenants } from '../../src/postgres/catalog/tenants/list.ts'
import { setTenantAside } from '../../src/postgres/catalog/tenants/states.ts'
import { ACTIVITY_DEFAULTS } from '../fixtures/activityDefaults.ts'
import { adds, FOOD, park } from '../postgres/adoption/scene.ts'
import { openProjectFleet, type ProjectFleet } from '../postgres/projectFleet.ts'

let fleet: ProjectFleet
let activities: CatchUpTenantsActivities

/** At revision 4, with tenants at revisions 1 to 3 that failed, and one on a server that does not answer. */
beforeAll(async () => {
  fleet = await openProjectFleet()
  const { catalog, pools: targetPools, project } = fleet
  const made = createCatchUpManyActivities({ ...ACTIVITY_DEFAULTS, catalog, targetPools, runs: null as never })
  const within = Object.entries(made).map(([name, work]) => [
    name,
    (input: unknown) => new MockActivityEnvironment().run(work as (given: unknown) => Promise<unknown>, input),
  ])
  activities = Object.fromEntries(within) as CatchUpTenantsActivities
  await fleet.commit(FOOD)
  const all = ['ada', 'bob', 'cem', 'dan', 'eve', 'fay']
  for (const tenant of all) await fleet.addTenant(tenant, tenant === 'cem' ? 'beta' : 'alpha')
  for (const [field, aside] of [
    ['Size', ['ada', 'bob']],
    ['Kind', ['cem', 'dan']],
    ['Tint', ['eve', 'fay']],
  ] as const) {
    for (const tenant of aside) await park(fleet, tenant)
    const behind = await parked()
    await fleet.commit(
      adds(field),
      all.filter((tenant) => !behind.includes(tenant)),
    )
  }
  await catalog.query(`update schema_saga.tenant set cause = 'failure' where project_id = $1 and id <> 'fay'`, [
    project,
  ])
})
afterAll(() => fleet?.close())

const parked = async (): Promise<readonly string[]> => {
  const tenants = await listTenants(fleet.catalog, fleet.project)
  return tenants.filter(({ state }) => state === 'parked').map(({ id }) => id)
}

const byId = (one: { id: string }, other: { id: string }): number => one.id.localeCompare(other.id)

const asked = () => ({ project: fleet.project, actor: 'ana' })

async function bringUp(look: 'person' | 'reconciler' = 'person', tenants?: readonly string[]) {
  const { opened } = await activities.openCatchUps({ ...asked(), after: '', tenants })
  return { opened, ended: await activities.bringUpTargets({ ...asked(), look, comebacks: opened }) }
}

test('those that failed at several revisions are brought up together, and a retry finds them done', async () => {
  await fleet.alpha.query(`ALTER TABLE shop_bob.food DROP COLUMN note`)
  const { opened, ended } = await bringUp()
  expect(opened.map(({ target }) => target.scope)).toEqual(['ada', 'bob', 'cem', 'dan', 'eve'])
  expect(ended).toMatchObject({ active: 4, later: [], alone: [] })
  expect(ended.refused.map(({ scope, errorCode }) => [scope, errorCode])).toEqual([['bob', 'TARGET_DRIFTED']])
  expect(await parked()).toEqual(['bob', 'fay'])
  const again = await activities.bringUpTargets({ ...asked(), look: 'person', comebacks: opened })
  expect({ ...again, moved: again.moved?.toSorted(byId) }).toEqual({ ...ended, moved: ended.moved?.toSorted(byId) })
  expect(again.moved?.toSorted(byId)).toEqual([
    { id: 'ada', from: 1, to: 4 },
    { id: 'cem', from: 2, to: 4 },
    { id: 'dan', from: 2, to: 4 },
    { id: 'eve', from: 3, to: 4 },
  ])
  const { rows } = await fleet.catalog.query(
    `select scope, count(*)::int as steps from schema_saga.operation_step
      where key = 'tenant_ddl' and scope <> '' and state = 'succeeded' group by 1 order by 1`,
  )
  expect(rows.filter(({ scope }) => scope !== 'bob')).toEqual(
    ['ada', 'cem', 'dan', 'eve'].map((scope) => ({ scope, steps: 3 })).concat([{ scope: 'fay', steps: 2 }]),
  )
})

test('why one could not be brought up is kept, and the reconciler only takes whom it has claimed', async () => {
  const { opened, ended } = await bringUp('reconciler', ['bob', 'fay'])
  expect(opened.map(({ target }) => target.scope)).toEqual(['bob'])
  expect(ended).toMatchObject({ active: 0, alone: [] })
  const failures = ended.refused.map((problem) => ({ ...problem, target: opened[0]?.target as never }))
  await activities.recordCatchUpFailures({ ...asked(), failures })
  const { rows } = await fleet.catalog.query(
    `select reason_code as code, catch_up_tries as tries, catch_up_started_at as started from schema_saga.tenant where id = 'bob'`,
  )
  expect(rows).toEqual([{ code: 'TARGET_DRIFTED', tries: 1, started: null }])
})

test('whom somebody parks meanwhile stays parked', async () => {
  await fleet.alpha.query(`ALTER TABLE shop_bob.food ADD COLUMN note text`)
  const { opened } = await activities.openCatchUps({ ...asked(), after: '' })
  const request = {
    project: fleet.project,
    tenant: 'bob',
    actor: 'rosa',
    reason: 'moves out',
    state: 'parked' as const,
  }
  await setTenantAside(fleet.catalog, request)
  const ended = await activities.bringUpTargets({ ...asked(), look: 'person', comebacks: opened })
  expect(ended.refused.map(({ errorCode }) => errorCode)).toEqual(['NOT_APPLICABLE'])
  expect(await parked()).toEqual(['bob', 'fay'])
})
