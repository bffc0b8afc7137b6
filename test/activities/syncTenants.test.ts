import { MockActivityEnvironment } from '@temporalio/testing'
import { expect, onTestFinished, test } from 'vitest'
import type { FleetRuns } from '../../src/activities/fleet/fleetRuns.ts'
import type { Hooks } from '../../src/activities/index.ts'
import { compareTenants } from '../../src/activities/tenantList/compareTenants.ts'
import { readTenantList } from '../../src/activities/tenantList/readTenantList.ts'
import { createTenantListActivities } from '../../src/activities/tenantList/syncTenants.ts'
import type { ListedTenant, TenantSync } from '../../src/contract/hooks/tenantList.ts'
import type { CatchUpInput } from '../../src/contract.ts'
import { listTenants, type TenantRow } from '../../src/postgres/catalog/tenants/list.ts'
import { setTenantAside } from '../../src/postgres/catalog/tenants/states.ts'
import { createTargetPools } from '../../src/postgres/sessions/pools.ts'
import { fakeHooks } from '../../src/testing.ts'
import { ACTIVITY_DEFAULTS } from '../fixtures/activityDefaults.ts'
import { useLedger } from '../postgres/catalog/ledger.ts'

const ledger = useLedger()

/** A project with the model food, the fake list, and the activity; nobody answers on server b. */
async function project() {
  const { pool, project: id, database, runs } = ledger
  await ledger.committed('first', 'food')
  const operationId = await ledger.opened('sync', 'tea')
  const hooks = fakeHooks()
  const targetPools = createTargetPools({
    server: (server) => ({ id: server, dsnEnv: server, maxSessions: 4, databasePerTenant: false }),
    dsn: (server) => (server === 'b' ? 'postgres://me@127.0.0.1:1/nowhere' : database.url),
  })
  onTestFinished(() => targetPools.close())
  const caughtUp: CatchUpInput[] = []
  const fleetRuns = { startCatchUp: async (input) => void caughtUp.push(input) } as Partial<FleetRuns> as FleetRuns
  const { syncTenants } = createTenantListActivities({
    ...ACTIVITY_DEFAULTS,
    catalog: pool,
    targetPools,
    runs,
    hooks,
    fleetRuns,
  })
  return {
    id,
    caughtUp,
    hooks,
    list: (...tenants: readonly ListedTenant[]) => hooks.list(id, tenants),
    sync: async () => (await new MockActivityEnvironment().run(syncTenants, { operationId })) as TenantSync,
    states: async () =>
      Object.fromEntries(
        (await listTenants(pool, id)).map((tenant) => [tenant.id, `${tenant.state} ${tenant.revision}`]),
      ),
  }
}

const at = (id: string, server = 'a', namespace = `${ledger.project}_${id}`): ListedTenant => ({
  id,
  server,
  namespace,
})
const many = (count: number): ListedTenant[] => Array.from({ length: count }, (_, index) => at(`t${index + 10}`))

test('a tenant that is new in the list is provisioned at the revision of the project, and once only', async () => {
  const { list, sync, states, id } = await project()
  list(at('ada'), at('bob'), at('cem'))
  expect(await sync()).toMatchObject({ listed: 3, provisioned: 3, imported: 0, suspended: 0, failed: 0, problems: [] })
  expect(await states()).toEqual({ ada: 'active 1', bob: 'active 1', cem: 'active 1' })
  await ledger.pool.query(`insert into ${id}_ada.food (id) values ('f1')`)
  expect(await sync()).toMatchObject({ listed: 3, provisioned: 0, failed: 0 })
})

test('what was cut off in the middle is taken up, also when its tables are there already', async () => {
  const { list, sync, states, id } = await project()
  list(at('ada'))
  await sync()
  await ledger.pool.query(
    `update schema_saga.tenant set state = 'provisioning', revision = null where project_id = $1`,
    [id],
  )
  expect(await sync()).toMatchObject({ provisioned: 1, failed: 0 })
  expect(await states()).toEqual({ ada: 'active 1' })
})

test('a namespace with tables is imported: active if it looks like the project, parked with its drift if not', async () => {
  const { list, sync, states, id } = await project()
  const { pool } = ledger
  list(at('ada'))
  await sync()
  // The same tables as another tenant's, that nobody has made with us; and others.
  await pool.query(`create schema ${id}_like; create schema ${id}_other; create table ${id}_other.stove (id text)`)
  await pool.query(`create table ${id}_like.food (like ${id}_ada.food including all)`)
  list(at('ada'), at('like'), at('other'))
  expect(await sync()).toMatchObject({ provisioned: 0, imported: 2, failed: 0 })
  expect(await states()).toMatchObject({ ada: 'active 1', like: 'active 1', other: expect.stringMatching(/^parked/) })
  expect((await pool.query(`select count(*)::int as left from ${id}_other.stove`)).rows).toEqual([{ left: 0 }])
})

test('of twenty tenants one may be missing and is suspended, never removed; it returns with the list', async () => {
  const { list, sync, states, caughtUp, id } = await project()
  const all = many(20)
  list(...all)
  await sync()
  list(...all.slice(1))
  expect(await sync()).toMatchObject({ suspended: 1, failed: 0 })
  expect(await states()).toMatchObject({ t10: 'suspended 1', t11: 'active 1' })
  expect(await sync(), 'it is not counted again').toMatchObject({ suspended: 0, returning: 0 })
  list(...all)
  expect(await sync()).toMatchObject({ suspended: 0, returning: 1 })
  expect(caughtUp).toEqual([{ project: id, tenant: 't10', actor: 'reconciler', from: 'suspended' }])
  // A person's wish is none of the list's business.
  await setTenantAside(ledger.pool, { project: id, tenant: 't10', actor: 'ana', reason: 'unpaid', state: 'suspended' })
  expect(await sync()).toMatchObject({ returning: 0 })
  // Two of nineteen are more than 5 %.
  list(...all.slice(2, 19))
  await expect(sync()).rejects.toMatchObject({
    name: 'RequestRefused',
    code: 'TENANTS_MISSING',
    message: expect.stringContaining('lacks 2 of the 19 tenants'),
  })
  expect(await states()).toMatchObject({ t11: 'active 1', t29: 'active 1' })
})

test('an empty list changes nothing and refuses', async () => {
  const { list, sync, states } = await project()
  list(at('ada'))
  await sync()
  list()
  await expect(sync()).rejects.toMatchObject({ code: 'TENANTS_MISSING' })
  expect(await states()).toEqual({ ada: 'active 1' })
})

test('a tenant that cannot be taken in is told of, leaves nothing behind, and keeps nobody else', async () => {
  const { list, sync, states, id } = await project()
  list(at('ada'))
  await sync()
  list(at('ada', 'a', 'elsewhere'), at('away', 'b'), at('lost', 'nowhere'), at('taken', 'a', `${id}_ada`), at('new'))
  const { provisioned, failed, problems } = await sync()
  expect([provisioned, failed]).toEqual([1, 4])
  expect(Object.fromEntries(problems.map(({ tenant, errorCode }) => [tenant, errorCode]))).toEqual({
    ada: 'ALREADY_EXISTS',
    away: 'TARGET_UNREACHABLE',
    lost: 'SERVER_NOT_FOUND',
    taken: 'NAME_TAKEN',
  })
  expect(await states()).toEqual({ ada: 'active 1', new: 'active 1' })
  const { rows } = await ledger.pool.query(
    `select details from schema_saga.audit where project_id = $1 and action = 'tenants_sync' order by id desc limit 1`,
    [id],
  )
  expect(rows).toMatchObject([{ details: { provisioned: 1, failed: 4, problems: expect.any(Array) } }])
})

test('a list that throws is tried again, in its own words', async () => {
  const { sync, hooks, states } = await project()
  hooks.failListTenants(1, new Error('the directory\nis away'))
  await expect(sync()).rejects.toMatchObject({
    name: 'SurroundingsMissing',
    code: 'TENANT_LIST_UNAVAILABLE',
    message: expect.stringMatching(/could not be read: the directory is away$/),
  })
  expect(await states()).toEqual({})
})

const signal = new AbortController().signal
const listing = (...pages: readonly unknown[]): Hooks => ({
  listTenants: async function* () {
    for (const page of pages) yield page as readonly ListedTenant[]
  },
})

test.each([
  ['a tenant twice', [[at('ada')], [at('ada', 'a', 'x')]], /tenant "ada" twice/],
  ['two tenants in one place', [[at('ada', 'a', 'x'), at('bob', 'a', 'x')]], /"ada" and "bob" in the same place, a\/x/],
  ['an id that no tenant can have', [[at('Ada!')]], /tenant "Ada!" of it: A tenant id has/],
  ['a namespace of Postgres', [[at('ada', 'a', 'pg_temp')]], /tenant "ada" of it: A namespace has/],
  ['something that is no tenant', [[{ id: 1 }]], /the strings id, server and namespace/],
  ['null', [[null]], /the strings id, server and namespace/],
  ['a page that is none', [7], /could not be read/],
])('a list with %s is not to be had, whatever else it has', async (_, pages, words) => {
  await expect(readTenantList(listing(...pages), 'shop', signal)).rejects.toMatchObject({
    code: 'TENANT_LIST_UNAVAILABLE',
    message: expect.stringMatching(words),
  })
})

test('a worker without the hook says that another one continues', async () => {
  await expect(readTenantList({}, 'shop', signal)).rejects.toMatchObject({
    name: 'SurroundingsMissing',
    code: 'HOOK_MISSING',
    message: expect.stringContaining('a worker of the task queue that has it continues'),
  })
})

test('tenants that are being made, or that a person has put aside, are not missed; those that failed are', () => {
  const known = (id: string, state: TenantRow['state'], cause: string | null = null): TenantRow => ({
    ...{ id, server: 'a', namespace: id, state, cause, revision: 1, reason: null, since: '' },
  })
  const aside = [known('made', 'provisioning'), known('gone', 'suspended'), known('left', 'parked', 'operator')]
  const nothing = { arriving: [], missing: [], returning: [], moved: [] }
  expect(compareTenants('shop', new Map(), [...aside, known('as it is', 'parked', 'accepted')])).toEqual(nothing)
  const failed = known('failed', 'parked', 'failure')
  const others = many(19)
  const listed = new Map(others.map((each) => [each.id, each]))
  const fleet = [...aside, failed, ...others.map((each) => ({ ...failed, ...each, state: 'active' as const }))]
  expect(compareTenants('shop', listed, fleet)).toEqual({ ...nothing, missing: ['failed'] })
})
