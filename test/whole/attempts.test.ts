import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { dumpFleet, markersOf, type Place, shapesOf } from './fleet.ts'
import { freeze, thaw } from './freeze.ts'
import { apply, createStack, type Stack } from './stack.ts'

const TENANTS = ['ada', 'bob', 'cleo']
let stack: Stack
let places: Place[]
beforeAll(async () => {
  stack = await createStack()
  await stack.startWorker()
  await stack.client.createProject({ id: 'inn', base: { server: 'alpha', namespace: 'inn_base' } })
  for (const id of TENANTS) await stack.client.addTenant('inn', { id, server: 'alpha' })
  places = ['base', ...TENANTS].map((name) => ({ name, namespace: `inn_${name}`, client: stack.alpha }))
  await stack.client.run('inn', { type: 'create_model', name: 'guest' })
}, 120_000)
afterAll(async () => {
  await stack?.stop()
})

const field = (field_label: string) => ({ type: 'add_field', model_name: 'guest', field_label, field_type: 'text' })
const rowsOf = async (id: string): Promise<number> =>
  (await stack.catalog.query('select from schema_saga.operation where id = $1', [id])).rowCount ?? 0
const actions = async (id: string): Promise<string[]> =>
  (
    await stack.catalog.query<{ action: string }>(
      'select action from schema_saga.audit where operation_id = $1 order by id',
      [id],
    )
  ).rows.map(({ action }) => action)

describe('operation retry', () => {
  test('A30: once the cause is gone, the same operation commits with the plan that it had', async () => {
    await freeze(stack.alpha, 'inn_bob')
    const first = await apply(stack, 'inn', field('Name'), '--id', 'name-1')
    expect(first.exitCode).toBe(4)
    const { plan_hash } = first.json().operation ?? {}
    await thaw(stack.alpha, 'inn_bob')

    const result = await stack.cli(['operation', 'retry', 'name-1', '--json', '--actor', 'rosa'])
    expect(result.exitCode).toBe(0)
    expect(result.json().operation).toMatchObject({
      ...{ id: 'name-1', status: 'committed', attempt: 2, plan_hash, error: null },
      tenants: { total: 3, succeeded: 3 },
    })
    expect(await rowsOf('name-1')).toBe(1)
    expect(await shapesOf(places)).toHaveLength(1)
    expect(await actions('name-1')).toEqual(['submit', 'close_failed', 'retry', 'close_committed'])
    const { rows } = await stack.alpha.query(
      `select epoch, state from schema_saga_target.marker where namespace = 'inn_ada' and operation_id = 'name-1' order by epoch`,
    )
    expect(rows).toEqual([
      { epoch: 0, state: 'compensated' },
      { epoch: 1, state: 'applied' },
    ])
  }, 60_000)

  test('plans anew when the revision has moved, and keeps both plans', async () => {
    await freeze(stack.alpha, 'inn_bob')
    await apply(stack, 'inn', field('Seat'), '--id', 'seat-1')
    await thaw(stack.alpha, 'inn_bob')
    await stack.client.run('inn', field('Table'))
    const handle = await stack.client.operation('seat-1')
    await handle.retry()
    expect(await handle.result()).toMatchObject({ status: 'committed', attempt: 2, base_revision: 3, revision: 4 })
    expect((await handle.history()).plans).toMatchObject([{ baseRevision: 2 }, { baseRevision: 3 }])
  }, 60_000)

  test('two at once begin one attempt', async () => {
    await freeze(stack.alpha, 'inn_bob')
    await apply(stack, 'inn', field('Room'), '--id', 'room-1')
    await thaw(stack.alpha, 'inn_bob')
    const handle = await stack.client.operation('room-1')
    const both = await Promise.allSettled([handle.retry(), handle.retry()])
    expect(both.some(({ status }) => status === 'fulfilled')).toBe(true)
    expect(await handle.result()).toMatchObject({ status: 'committed', attempt: 2 })
  }, 60_000)

  test('A32: refuses what has committed or is in progress', async () => {
    const committed = await stack.cli(['operation', 'retry', 'name-1', '--json'])
    expect([committed.exitCode, committed.json().error?.code]).toEqual([3, 'ALREADY_COMMITTED'])
    await stack.alpha.query('begin; lock table inn_ada.guest in access share mode')
    const handle = await stack.client.apply('inn', field('Floor'), { operationId: 'floor-1' })
    await expect.poll(async () => (await handle.show()).status, { timeout: 20_000 }).toBe('applying')
    await expect(handle.retry()).rejects.toMatchObject({ code: 'IN_PROGRESS' })
    await stack.alpha.query('rollback')
    await handle.result()
  }, 60_000)

  test('A33, A34: an operation of another project is not found, and an id is needed', async () => {
    await expect(stack.client.operationOf('elsewhere', 'name-1')).rejects.toMatchObject({
      code: 'OPERATION_NOT_FOUND',
      message: 'schema operation not found for project',
    })
    await expect(stack.client.operationOf('inn', '')).rejects.toMatchObject({ message: 'operation_id is required' })
    expect((await stack.client.operationOf('inn', 'name-1')).id).toBe('name-1')
  })

  test('A29: of an operation that needs repair, it tries the undo again, as attempt 2 of the same row', async () => {
    // Cleo is held until ada is through, and then ada refuses its undo.
    const holder = await stack.connectAlpha()
    await holder.query('begin; lock table inn_cleo.guest in access share mode')
    await freeze(stack.alpha, 'inn_bob')
    const handle = await stack.client.apply('inn', field('Key'), { operationId: 'key-1' })
    await expect.poll(async () => (await handle.show()).tenants.succeeded, { timeout: 30_000 }).toBe(1)
    await freeze(stack.alpha, 'inn_ada')
    // Dropping a column is no DDL command that the freeze can see; renaming it is, for a column in use.
    await stack.alpha.query(`insert into inn_ada.guest (id, key) values ('g1', 'brass')`)
    await holder.query('rollback')
    await holder.end()
    await expect(handle.result()).rejects.toMatchObject({ name: 'OperationNeedsRepair' })
    await thaw(stack.alpha, 'inn_ada')
    await thaw(stack.alpha, 'inn_bob')
    const result = await stack.cli(['operation', 'retry', 'key-1', '--json'])
    expect(result.json().operation).toMatchObject({ id: 'key-1', status: 'failed', attempt: 2 })
    expect(await rowsOf('key-1')).toBe(1)
    expect(await shapesOf(places)).toHaveLength(1)
  }, 90_000)
})

describe('operation abort', () => {
  test('A28: undoes what was done and ends cancelled, with who and why', async () => {
    const before = await dumpFleet(places)
    await stack.alpha.query('begin; lock table inn_cleo.guest in access share mode')
    const handle = await stack.client.apply('inn', field('Wrong'), { operationId: 'wrong-1' })
    await expect.poll(async () => (await handle.show()).tenants.succeeded, { timeout: 30_000 }).toBe(2)
    const args = ['operation', 'abort', 'wrong-1', '--reason', 'wrong model', '--actor', 'rosa', '--json']
    const aborting = stack.cli(args)
    await expect.poll(async () => (await handle.show()).status, { timeout: 30_000 }).toBe('compensating')
    await stack.alpha.query('rollback')
    const result = await aborting
    expect(result.exitCode).toBe(0)
    expect(result.json().operation).toMatchObject({
      ...{ status: 'cancelled', error_code: 'ABORTED' },
      error: 'cancelled: the operation was aborted by rosa: wrong model.',
    })
    expect(await dumpFleet(places)).toEqual(before)
    for (const place of places) {
      expect((await markersOf(place, 'wrong-1')).map(({ state }) => state)).toEqual(['compensated'])
    }
    expect(await actions('wrong-1')).toContain('abort')
  }, 90_000)

  test('of an operation that is over is refused in words; a retry may follow a cancelled one', async () => {
    const late = await stack.cli(['operation', 'abort', 'name-1', '--json'])
    expect([late.exitCode, late.json().error?.code]).toEqual([3, 'NOT_APPLICABLE'])
    const handle = await stack.client.operation('wrong-1')
    await handle.retry()
    expect(await handle.result()).toMatchObject({ status: 'committed', attempt: 2 })
  }, 60_000)
})

describe('repairable', () => {
  test('A35: without statuses only unfinished ones come, newest first', async () => {
    const result = await stack.cli(['repairable', 'inn', '--json'])
    const { operations } = result.json() as unknown as { operations: { id: string; status: string }[] }
    expect(operations.map(({ id, status }) => [id, status])).toEqual([['key-1', 'failed']])
    const all = await stack.client.listRepairable('inn', { statuses: ['committed', 'failed'], limit: 99 })
    expect(all.length).toBeGreaterThan(4)
    expect(all[0]?.id).toBe('wrong-1')
  })
})
