import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { loadPlan } from '../../src/postgres/catalog/plans.ts'
import { createCatalogPool } from '../../src/postgres/catalog/pool.ts'
import { applyStage } from '../../src/postgres/target/protocol.ts'
import { markersOf, type Place, shapesOf } from './fleet.ts'
import { freeze, thaw } from './freeze.ts'
import { createStack, type Stack, succeed } from './stack.ts'

const TENANTS = ['ada', 'bob', 'cleo']
let stack: Stack
let places: Place[]
beforeAll(async () => {
  stack = await createStack()
  await stack.startWorker()
  await stack.client.createProject({ id: 'lodge', base: { server: 'alpha', namespace: 'lodge_base' } })
  for (const id of TENANTS) await stack.client.addTenant('lodge', { id, server: 'alpha' })
  places = ['base', ...TENANTS].map((name) => ({ name, namespace: `lodge_${name}`, client: stack.alpha }))
  await stack.client.run('lodge', { type: 'create_model', name: 'guest' })
}, 120_000)
afterAll(async () => {
  await stack?.stop()
})

const field = (field_label: string, more: object = {}) => ({
  ...{ type: 'add_field', model_name: 'guest', field_label, field_type: 'text' },
  ...more,
})
const stateOf = async (tenant: string): Promise<string> => (await stack.client.showTenant('lodge', tenant)).state
const actionsOf = async (tenant: string): Promise<string[]> =>
  (
    await stack.catalog.query<{ action: string }>(
      `select action from schema_saga.audit where details ->> 'tenant' = $1 order by id`,
      [tenant],
    )
  ).rows.map(({ action }) => action)

describe('a tenant that is put aside', () => {
  test('is left out of operations, and catches up over three revisions, one of them with syncs', async () => {
    const parked = await stack.cli(['tenant', 'park', 'lodge', 'bob', '--reason', 'audit', '--actor', 'rosa', '--json'])
    expect(parked.exitCode).toBe(0)
    expect(parked.json().tenant).toMatchObject({ state: 'parked', cause: 'operator', reason: 'audit', revision: 1 })

    await stack.alpha.query(`insert into lodge_bob.guest (id) values ('g1')`)
    const first = await stack.client.run('lodge', field('Name', { enable_indexing: true }))
    expect(first.tenants).toMatchObject({ total: 2, succeeded: 2 })
    await stack.alpha.query(`update lodge_ada.guest set name = '7'`)
    const second = await stack.client.run('lodge', {
      ...{ type: 'model_field_operation', operation: 'change_type', model_name: 'guest', field_name: 'name' },
      ...{ changed_type: 'number', input_type: 'int' },
    })
    const third = await stack.client.run('lodge', field('Email'))

    const result = await stack.cli(['tenant', 'unpark', 'lodge', 'bob', '--json', '--actor', 'rosa'])
    expect(result.stderr).toBe('')
    expect(result.exitCode).toBe(0)
    expect(result.json().tenant).toMatchObject({ state: 'active', cause: null, reason: null, revision: 4 })
    expect(await shapesOf(places)).toHaveLength(1)
    expect(await actionsOf('bob')).toEqual(['tenant_park', 'catch_up', 'catch_up', 'catch_up', 'tenant_activate'])
    const shown = await succeed(stack, ['tenant', 'show', 'lodge', 'bob', '--json'])
    expect(shown.json().tenant).toMatchObject({
      operations: [{ id: third.id }, { id: second.id }, { id: first.id }, {}].map((each) => ({
        ...each,
        ...{ status: 'committed', state: 'succeeded', error: null },
      })),
    })
  }, 90_000)

  test('a suspended tenant is resumed, not unparked, and the other way round', async () => {
    await succeed(stack, ['tenant', 'suspend', 'lodge', 'cleo', '--reason', 'has not paid'])
    const wrong = await stack.cli(['tenant', 'unpark', 'lodge', 'cleo', '--json'])
    expect([wrong.exitCode, wrong.json().error?.code]).toEqual([3, 'NOT_APPLICABLE'])
    const again = await stack.cli(['tenant', 'park', 'lodge', 'cleo', '--json'])
    expect([again.exitCode, again.json().error?.code]).toEqual([3, 'NOT_APPLICABLE'])
    await stack.client.run('lodge', field('Phone'))
    const listed = await succeed(stack, ['tenant', 'list', 'lodge', '--state', 'suspended', '--json'])
    expect(listed.json().tenants).toMatchObject([{ id: 'cleo', reason: 'has not paid', revision: 4 }])
    const resumed = await succeed(stack, ['tenant', 'resume', 'lodge', 'cleo'])
    expect(resumed.stdout.trim()).toBe('Tenant cleo is active at revision 5.')
    expect(await shapesOf(places)).toHaveLength(1)
  }, 60_000)

  test('A38: a tenant that an operation left half-way, unseen, is undone there and brought up; the repair is recorded', async () => {
    await stack.client.parkTenant('lodge', 'ada')
    const operation = await stack.client.run('lodge', field('City', { enable_indexing: true }))
    // As an operation leaves a tenant that it could not reach any more behind its first stage.
    const pool = createCatalogPool(stack.env.SCHEMA_SAGA_CATALOG_URL as string)
    const { plan } = await loadPlan(pool, operation.id, operation.plan_hash as string)
    const { rows } = await pool.query<{ incarnation: string }>(
      `update schema_saga.tenant set cause = 'failure', reason_code = 'TARGET_UNREACHABLE', parked_by = $1, changed = 'unknown'
        where id = 'ada' returning incarnation`,
      [operation.id],
    )
    await pool.query(
      `insert into schema_saga.operation_step (operation_id, key, scope, state, tries, error_code) values ($1, 'tenant_ddl', 'ada', 'parked', 1, 'TARGET_UNREACHABLE')`,
      [operation.id],
    )
    await pool.end()
    const target = {
      scope: 'ada',
      server: 'alpha',
      namespace: 'lodge_ada',
      incarnation: rows[0]?.incarnation as string,
    }
    const work = { target, projectId: 'lodge', operationId: operation.id, epoch: 0, plan }
    const [stage] = plan.forward
    if (stage === undefined || plan.forward.length < 2) throw new Error('a plan with an index has two stages')
    await applyStage({ client: stack.alpha, namespace: 'lodge_ada', work, stage })

    const tenant = await stack.client.catchUpTenant('lodge', 'ada', { actor: 'reconciler' })
    expect(tenant).toMatchObject({ state: 'active', revision: 6, parked_by: null, changed: null })
    expect(tenant.operations[0]).toMatchObject({ id: operation.id, state: 'succeeded', error_code: null })
    const { rows: markers } = await stack.alpha.query(
      `select epoch, stage, state from schema_saga_target.marker
        where namespace = 'lodge_ada' and operation_id = $1 order by epoch, stage`,
      [operation.id],
    )
    expect(markers).toEqual([
      { epoch: 0, stage: 1, state: 'compensated' },
      { epoch: 0, stage: 2, state: 'compensated' },
      { epoch: 1, stage: 1, state: 'applied' },
      { epoch: 1, stage: 2, state: 'applied' },
    ])
    expect(await shapesOf(places)).toHaveLength(1)
    expect(await actionsOf('ada')).toEqual(['tenant_park', 'catch_up', 'tenant_activate'])
  }, 60_000)

  test('stays parked, for the reason that it failed for, when it cannot be brought up', async () => {
    await stack.client.parkTenant('lodge', 'bob', { reason: 'for a while' })
    await stack.client.run('lodge', field('Street'))
    await freeze(stack.alpha, 'lodge_bob')
    const result = await stack.cli(['tenant', 'unpark', 'lodge', 'bob', '--json'])
    expect([result.exitCode, result.json().error?.code]).toEqual([3, 'TARGET_DRIFTED'])
    const tenant = await stack.client.showTenant('lodge', 'bob')
    expect(tenant).toMatchObject({
      state: 'parked',
      cause: 'failure',
      reason_code: 'TARGET_DRIFTED',
      catch_up_tries: 1,
    })
    expect(tenant.operations[0]).toMatchObject({ state: 'parked', error_code: 'TARGET_DRIFTED' })
    expect(Date.parse(tenant.catch_up_after ?? '')).toBeGreaterThan(Date.now())
    await thaw(stack.alpha, 'lodge_bob')
    expect(await stack.client.unparkTenant('lodge', 'bob')).toMatchObject({ state: 'active', catch_up_tries: 0 })
    expect(await shapesOf(places)).toHaveLength(1)
  }, 60_000)

  test('one whose namespace is gone says so, and stays parked', async () => {
    await stack.client.addTenant('lodge', { id: 'dora', server: 'alpha' })
    await stack.client.parkTenant('lodge', 'dora')
    await stack.alpha.query('drop schema lodge_dora cascade')
    await expect(stack.client.unparkTenant('lodge', 'dora')).rejects.toMatchObject({ code: 'TARGET_GONE' })
    expect(await stack.client.showTenant('lodge', 'dora')).toMatchObject({
      state: 'parked',
      reason_code: 'TARGET_GONE',
    })
    await succeed(stack, ['tenant', 'remove', 'lodge', 'dora'])
  }, 60_000)
})

describe('while an operation is at work', () => {
  test('a tenant that it has not come to is skipped, one that it works on cannot be put aside', async () => {
    const [holder, baseHolder] = [await stack.connectAlpha(), await stack.connectAlpha()]
    await holder.query('begin; lock table lodge_ada.guest in access share mode')
    await baseHolder.query('begin; lock table lodge_base.guest in access share mode')
    const handle = await stack.client.apply('lodge', field('Room'), { operationId: 'room-1', parallel: 1 })
    const base = async () => (await handle.show()).steps.find(({ key }) => key === 'base_project_ddl')?.state
    await expect.poll(base, { timeout: 30_000 }).toBe('running')
    await succeed(stack, ['tenant', 'park', 'lodge', 'cleo', '--reason', 'later', '--actor', 'rosa'])
    await baseHolder.query('rollback')
    await baseHolder.end()
    const ada = async () => (await handle.tenants()).tenants.find(({ scope }) => scope === 'ada')?.state
    await expect.poll(ada, { timeout: 30_000 }).toBe('running')
    for (const command of ['park', 'suspend', 'remove']) {
      const busy = await stack.cli(['tenant', command, 'lodge', 'ada', '--json'])
      expect([busy.exitCode, busy.json().error?.code]).toEqual([3, 'IN_PROGRESS'])
    }
    const archive = await stack.cli(['project', 'archive', 'lodge', '--json'])
    expect([archive.exitCode, archive.json().error?.code]).toEqual([3, 'IN_PROGRESS'])
    const skipped = (await handle.tenants()).tenants.find(({ scope }) => scope === 'cleo')
    expect(skipped).toMatchObject({ state: 'skipped', error: 'The tenant was parked by rosa: later' })
    const unpark = stack.cli(['tenant', 'unpark', 'lodge', 'cleo'])
    await holder.query('rollback')
    await holder.end()
    const operation = await handle.result()
    expect(operation.tenants).toMatchObject({ total: 3, succeeded: 2, skipped: 1 })
    // It waited for the operation to end, because that has a record of the tenant.
    expect((await unpark).exitCode).toBe(0)
    const { state, operations } = await stack.client.showTenant('lodge', 'cleo')
    expect([state, operations[0]]).toMatchObject(['active', { id: 'room-1', state: 'succeeded' }])
    expect(await shapesOf(places)).toHaveLength(1)
  }, 90_000)

  test('A44: a tenant created meanwhile has the new column when both have ended', async () => {
    const holder = await stack.connectAlpha()
    await holder.query('begin; lock table lodge_bob.guest in access share mode')
    const handle = await stack.client.apply('lodge', field('Floor'))
    await expect.poll(async () => (await handle.show()).tenants.succeeded, { timeout: 30_000 }).toBeGreaterThan(0)
    await stack.client.addTenant('lodge', { id: 'eva', server: 'alpha' })
    await holder.query('rollback')
    await holder.end()
    await handle.result()
    const eva = { name: 'eva', namespace: 'lodge_eva', client: stack.alpha }
    expect(await shapesOf([...places, eva])).toHaveLength(1)
    expect(await markersOf(eva, handle.id)).toEqual([{ stage: 1, state: 'applied' }])
    expect(await stateOf('eva')).toBe('active')
    await stack.client.removeTenant('lodge', 'eva')
  }, 60_000)
})

test('a removed tenant leaves everything where it is, and its namespace can not be provisioned over', async () => {
  await stack.client.addTenant('lodge', { id: 'finn', server: 'alpha' })
  await stack.alpha.query(`insert into lodge_finn.guest (id) values ('g1')`)
  const removed = await stack.cli(['tenant', 'remove', 'lodge', 'finn', '--reason', 'moved', '--json'])
  expect(removed.json().removed).toMatchObject({ id: 'finn', namespace: 'lodge_finn' })
  const { rows } = await stack.alpha.query('select id from lodge_finn.guest')
  expect(rows).toEqual([{ id: 'g1' }])
  const gone = await stack.cli(['tenant', 'show', 'lodge', 'finn', '--json'])
  expect([gone.exitCode, gone.json().error?.code]).toEqual([3, 'TENANT_NOT_FOUND'])
  await expect(stack.client.addTenant('lodge', { id: 'finn', server: 'alpha' })).rejects.toMatchObject({
    code: 'ALREADY_EXISTS',
  })
  await stack.client.removeTenant('lodge', 'finn')
}, 60_000)

test('settings are set by key and value, and a wrong one changes nothing', async () => {
  const set = ['project', 'set', 'lodge', 'hold_before_purge=2d', 'max_parked=10%', 'ignore=audit_*, spatial']
  const result = await succeed(stack, [...set, '--json'])
  expect(result.json().project).toMatchObject({
    settings: {
      hold_before_purge_ms: 172_800_000,
      max_parked: '10%',
      ignore: ['audit_*', 'spatial'],
      auto_repair: 'off',
    },
  })
  const wrong = await stack.cli(['project', 'set', 'lodge', 'max_parked=1', 'retention=soon', '--json'])
  expect(wrong.exitCode).toBe(2)
  expect(wrong.json().error).toMatchObject({ code: 'INPUT_INVALID', path: 'retention_ms' })
  expect((await stack.client.showProject('lodge')).settings.max_parked).toBe('10%')
})

test('an archived project leaves its targets as they are', async () => {
  await stack.client.createProject({ id: 'old', base: null })
  await stack.client.addTenant('old', { id: 'a', server: 'alpha' })
  await succeed(stack, ['project', 'archive', 'old'])
  const show = await succeed(stack, ['project', 'show', 'old', '--json'])
  expect(show.json().project).toMatchObject({ archived_at: expect.any(String), tenants: 1 })
  const refused = await stack.cli(['tenant', 'park', 'old', 'a', '--json'])
  expect([refused.exitCode, refused.json().error?.code]).toEqual([3, 'PROJECT_NOT_FOUND'])
  const { rowCount } = await stack.alpha.query(`select from pg_namespace where nspname = 'old_a'`)
  expect(rowCount).toBe(1)
}, 60_000)
