import { MockActivityEnvironment } from '@temporalio/testing'
import { expect, onTestFinished, test } from 'vitest'
import { createProvisionManyActivities } from '../../src/activities/fleet/provisionManyActivities.ts'
import type { ProvisionTenantsActivities, UnmadeTarget, WantedTenant } from '../../src/contract.ts'
import { listTenants } from '../../src/postgres/catalog/tenants/list.ts'
import { createTargetPools } from '../../src/postgres/sessions/pools.ts'
import { ACTIVITY_DEFAULTS } from '../fixtures/activityDefaults.ts'
import { useLedger } from '../postgres/catalog/ledger.ts'

const ledger = useLedger()

/** The activities on a project with the model food; nobody answers on server b. */
async function project(): Promise<ProvisionTenantsActivities> {
  await ledger.committed('first', 'food')
  const targetPools = createTargetPools({
    server: (id) => ({ id, dsnEnv: id, maxSessions: 4, databasePerTenant: false }),
    dsn: (server) => (server === 'b' ? 'postgres://me@127.0.0.1:1/nowhere' : ledger.database.url),
  })
  onTestFinished(() => targetPools.close())
  const { pool: catalog, runs } = ledger
  const activities = createProvisionManyActivities({ ...ACTIVITY_DEFAULTS, catalog, targetPools, runs })
  const within = Object.entries(activities).map(([name, work]) => [
    name,
    (input: unknown) => new MockActivityEnvironment().run(work as (given: unknown) => Promise<unknown>, input),
  ])
  return Object.fromEntries(within) as ProvisionTenantsActivities
}

const at = (id: string, server = 'a', namespace = `${ledger.project}_${id}`): WantedTenant => ({
  id,
  server,
  namespace,
})
const asked = (...tenants: readonly WantedTenant[]) => ({ project: ledger.project, actor: 'ana', tenants })
const stateOf = async (): Promise<Record<string, string>> => {
  const tenants = await listTenants(ledger.pool, ledger.project)
  return Object.fromEntries(tenants.map(({ id, state, revision }) => [id, `${state} ${revision}`]))
}

async function provisioned(activities: ProvisionTenantsActivities, ...tenants: readonly WantedTenant[]): Promise<void> {
  const { project: id } = ledger
  const { opened } = await activities.openProvisionings(asked(...tenants))
  const { made } = await activities.provisionTargets({ project: id, targets: opened })
  await activities.activateTargets({ project: id, made })
}

test('each tenant of a list is accepted or refused on its own, and who is there is left alone', async () => {
  const activities = await project()
  await provisioned(activities, at('ada'))
  const { opened, there, refused } = await activities.openProvisionings(
    asked(
      at('ada'),
      at('bob'),
      at('bob', 'a', 'elsewhere'),
      at('cem', 'a', `${ledger.project}_ada`),
      at('dan', 'nowhere'),
    ),
  )
  expect({ opened: opened.map(({ scope }) => scope), there }).toEqual({ opened: ['bob'], there: 1 })
  expect(refused.map(({ id, code }) => [id, code])).toEqual([
    ['bob', 'ALREADY_EXISTS'],
    ['cem', 'NAME_TAKEN'],
    ['dan', 'SERVER_NOT_FOUND'],
  ])
  expect(await stateOf()).toEqual({ ada: 'active 1', bob: 'provisioning null' })
})

test('repeating a step of a list changes nothing', async () => {
  const activities = await project()
  const { project: id } = ledger
  const first = await activities.openProvisionings(asked(at('ada'), at('bob')))
  expect(await activities.openProvisionings(asked(at('ada'), at('bob')))).toEqual(first)
  const targets = first.opened
  await activities.provisionTargets({ project: id, targets })
  const { made } = await activities.provisionTargets({ project: id, targets })
  expect(made).toHaveLength(2)
  expect(await activities.activateTargets({ project: id, made })).toEqual({ active: 2, late: [] })
  expect(await activities.activateTargets({ project: id, made })).toEqual({ active: 2, late: [] })
  expect(await stateOf()).toEqual({ ada: 'active 1', bob: 'active 1' })
})

test('one that cannot be made stops no other: what waiting may cure is told apart, and what was given up leaves nothing', async () => {
  const activities = await project()
  const { pool, project: id } = ledger
  await pool.query(`create schema "${id}_full"; create table "${id}_full".mine (id int)`)
  const { opened } = await activities.openProvisionings(asked(at('ada'), at('bob', 'b'), at('full')))
  const { made, later, failed } = await activities.provisionTargets({ project: id, targets: opened })
  const named = (unmade: readonly UnmadeTarget[]) => unmade.map(({ target, code }) => [target.scope, code])
  expect(made.map(({ target }) => target.scope)).toEqual(['ada'])
  expect({ later: named(later), failed: named(failed) }).toEqual({
    later: [['bob', 'TARGET_UNREACHABLE']],
    failed: [['full', 'ALREADY_EXISTS']],
  })
  await activities.abandonProvisionings({ project: id, actor: 'ana', unmade: failed })
  expect(await stateOf()).toEqual({ ada: 'provisioning null', bob: 'provisioning null' })
  await pool.query(`select from "${id}_full".mine`)
})

test('those that an operation has overtaken become active later', async () => {
  const activities = await project()
  const { project: id } = ledger
  const { opened } = await activities.openProvisionings(asked(at('ada'), at('bob')))
  const { made } = await activities.provisionTargets({ project: id, targets: opened })
  await ledger.committed('second', 'tea')
  const { active, late } = await activities.activateTargets({ project: id, made })
  expect({ active, late: late.map(({ scope }) => scope).sort() }).toEqual({ active: 0, late: ['ada', 'bob'] })
})
