import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { OperationHandle } from '../../../src/client.ts'
import { dumpFleet, holdBack, shapesOf } from '../fleet.ts'
import { freeze, thaw } from '../freeze.ts'
import { createGuestStack, type GuestFleet, type GuestStack } from '../guestFleet.ts'

let guests: GuestStack
let fleet: GuestFleet
beforeAll(async () => {
  guests = await createGuestStack('inn')
})
afterAll(async () => {
  await guests?.stack.stop()
})
beforeEach(async () => {
  fleet = await guests.fleet()
})

const rowsOf = async (id: string): Promise<number> =>
  (await fleet.stack.catalog.query('select from schema_saga.operation where id = $1', [id])).rowCount ?? 0
const actions = async (id: string): Promise<string[]> => (await fleet.audit(id)).map(({ action }) => action)

/** An operation that has failed because of bob, who takes changes again. */
async function failed(id: string): Promise<OperationHandle> {
  await freeze(fleet.stack.alpha, `${fleet.project}_bob`)
  expect((await fleet.add(id)).exitCode).toBe(4)
  await thaw(fleet.stack.alpha, `${fleet.project}_bob`)
  return await fleet.stack.client.operation(id)
}

/** An operation in progress, which does not come past the tenant. */
async function heldBy(tenant: string, id: string): Promise<{ handle: OperationHandle; letGo: () => Promise<void> }> {
  const letGo = await holdBack(fleet.stack, `${fleet.project}_${tenant}.guest`)
  return { handle: await fleet.submit(id), letGo }
}

/** An operation whose undo fails on ada, who takes changes again. */
async function needingRepair(id: string, column: string): Promise<OperationHandle> {
  const { alpha } = fleet.stack
  const [ada, bob] = [`${fleet.project}_ada`, `${fleet.project}_bob`]
  await freeze(alpha, bob)
  // Cleo is held until ada is through, and then ada refuses its undo.
  const { handle, letGo } = await heldBy('cleo', id)
  await expect.poll(async () => (await handle.show()).tenants.succeeded, { timeout: 30_000 }).toBe(1)
  await freeze(alpha, ada)
  // Dropping a column is no DDL command that the freeze can see; renaming it is, for a column in use.
  await alpha.query(`update ${ada}.guest set ${column} = 'brass'`)
  await letGo()
  await expect(handle.result()).rejects.toMatchObject({ name: 'OperationNeedsRepair' })
  await thaw(alpha, ada)
  await thaw(alpha, bob)
  return handle
}

describe('operation retry', () => {
  test('A30: once the cause is gone, the same operation commits with the plan that it had', async () => {
    const { plan_hash } = await (await failed('name-1')).show()
    const result = await fleet.stack.cli(['operation', 'retry', 'name-1', '--json', '--actor', 'rosa'])
    expect(result.exitCode).toBe(0)
    expect(result.json().operation).toMatchObject({
      id: 'name-1',
      status: 'committed',
      attempt: 2,
      plan_hash,
      error: null,
      tenants: { total: 3, succeeded: 3 },
    })
    expect(await rowsOf('name-1')).toBe(1)
    expect(await shapesOf(fleet.places)).toHaveLength(1)
    expect(await actions('name-1')).toEqual(['submit', 'close_failed', 'retry', 'close_committed'])
    const { rows } = await fleet.stack.alpha.query(
      'select epoch, state from schema_saga_target.marker where namespace = $1 and operation_id = $2 order by epoch',
      [`${fleet.project}_ada`, 'name-1'],
    )
    expect(rows).toEqual([
      { epoch: 0, state: 'compensated' },
      { epoch: 1, state: 'applied' },
    ])
  })

  test('plans anew when the revision has moved, and keeps both plans', async () => {
    const handle = await failed('seat-1')
    await fleet.stack.client.run(fleet.project, fleet.field('table'))
    await handle.retry()
    expect(await handle.result()).toMatchObject({ status: 'committed', attempt: 2, base_revision: 2, revision: 3 })
    expect((await handle.history()).plans).toMatchObject([{ baseRevision: 1 }, { baseRevision: 2 }])
  })

  test('two at once begin one attempt', async () => {
    const handle = await failed('room-1')
    const both = await Promise.allSettled([handle.retry(), handle.retry()])
    expect(both.some(({ status }) => status === 'fulfilled')).toBe(true)
    expect(await handle.result()).toMatchObject({ status: 'committed', attempt: 2 })
  })

  test('A32: refuses what has committed or is in progress', async () => {
    await fleet.add('done-1')
    const committed = await fleet.stack.cli(['operation', 'retry', 'done-1', '--json'])
    expect([committed.exitCode, committed.json().error?.code]).toEqual([3, 'ALREADY_COMMITTED'])
    const { handle, letGo } = await heldBy('ada', 'floor-1')
    await expect.poll(async () => (await handle.show()).status, { timeout: 20_000 }).toBe('applying')
    await expect(handle.retry()).rejects.toMatchObject({ code: 'IN_PROGRESS' })
    await letGo()
    await handle.result()
  })

  test('A33, A34: an operation of another project is not found, and an id is needed', async () => {
    const { client } = fleet.stack
    await fleet.add('mine-1')
    await expect(client.operationOf('elsewhere', 'mine-1')).rejects.toMatchObject({
      code: 'OPERATION_NOT_FOUND',
      message: 'schema operation not found for project',
    })
    await expect(client.operationOf(fleet.project, '')).rejects.toMatchObject({ message: 'operation_id is required' })
    expect((await client.operationOf(fleet.project, 'mine-1')).id).toBe('mine-1')
  })

  test('A29: of an operation that needs repair, it tries the undo again, as attempt 2 of the same row', async () => {
    await needingRepair('key-1', 'key_1')
    const result = await fleet.stack.cli(['operation', 'retry', 'key-1', '--json'])
    expect(result.json().operation).toMatchObject({ id: 'key-1', status: 'failed', attempt: 2 })
    expect(await rowsOf('key-1')).toBe(1)
    expect(await shapesOf(fleet.places)).toHaveLength(1)
  })
})

describe('operation abort', () => {
  test('A28: undoes what was done and ends cancelled, with who and why; a retry may follow', async () => {
    const before = await dumpFleet(fleet.places)
    const { handle, letGo } = await heldBy('cleo', 'wrong-1')
    await expect.poll(async () => (await handle.show()).tenants.succeeded, { timeout: 30_000 }).toBe(2)
    const args = ['operation', 'abort', 'wrong-1', '--reason', 'wrong model', '--actor', 'rosa', '--json']
    const aborting = fleet.stack.cli(args)
    await expect.poll(async () => (await handle.show()).status, { timeout: 30_000 }).toBe('compensating')
    await letGo()
    const result = await aborting
    expect(result.exitCode).toBe(0)
    expect(result.json().operation).toMatchObject({
      status: 'cancelled',
      error_code: 'ABORTED',
      error: 'cancelled: the operation was aborted by rosa: wrong model.',
    })
    expect(await dumpFleet(fleet.places)).toEqual(before)
    expect(await fleet.markers('wrong-1')).toEqual(new Array(4).fill(['compensated']))
    expect(await actions('wrong-1')).toContain('abort')
    await handle.retry()
    expect(await handle.result()).toMatchObject({ status: 'committed', attempt: 2 })
  })

  test('of an operation that has ended is refused in words', async () => {
    await fleet.add('over-1')
    const late = await fleet.stack.cli(['operation', 'abort', 'over-1', '--json'])
    expect([late.exitCode, late.json().error?.code]).toEqual([3, 'NOT_APPLICABLE'])
  })
})

describe('repairable', () => {
  test('A35: without statuses only unfinished ones come, newest first', async () => {
    const { project, stack } = fleet
    await fleet.add('good-1')
    for (const id of ['bad-1', 'bad-2']) await failed(id)
    const result = await stack.cli(['repairable', project, '--json'])
    const { operations } = result.json() as unknown as { operations: { id: string; status: string }[] }
    expect(operations.map(({ id, status }) => [id, status])).toEqual([
      ['bad-2', 'failed'],
      ['bad-1', 'failed'],
    ])
    const all = await stack.client.listRepairable(project, { statuses: ['committed', 'failed'], limit: 99 })
    expect(all.map(({ id }) => id)).toEqual(['bad-2', 'bad-1', 'good-1'])
  })
})
