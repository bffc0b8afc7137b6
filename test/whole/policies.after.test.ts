import type { WorkflowHandle } from '@temporalio/client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { dumpFleet, shapesOf } from './fleet.ts'
import { freeze, thaw } from './freeze.ts'
import { createPolicyFleet, type PolicyFleet } from './policyFleet.ts'
import { createStack, succeed } from './stack.ts'
import { type TcpProxy, tcpProxy } from './tcpProxy.ts'

let fleet: PolicyFleet
let proxy: TcpProxy
beforeAll(async () => {
  const stack = await createStack()
  // Only the worker's way to the catalog can be cut; the CLI and the test have one of their own.
  const direct = stack.env.SCHEMA_SAGA_CATALOG_URL ?? ''
  proxy = await tcpProxy(direct)
  stack.env.SCHEMA_SAGA_CATALOG_URL = proxy.url
  fleet = await createPolicyFleet('lodge', stack)
  stack.env.SCHEMA_SAGA_CATALOG_URL = direct
}, 120_000)
afterAll(async () => {
  await fleet?.stack.stop()
  await proxy?.close()
})

/** Cleo's table is held, so that whoever is before it is through while the operation still runs. */
async function holdCleo(): Promise<() => Promise<void>> {
  const holder = await fleet.stack.connectAlpha()
  await holder.query('begin; lock table lodge_cleo.guest in access share mode')
  return () => holder.end()
}

describe('when the catalog or the cache is away', () => {
  test('F3r: the operation stays as it is, and commits once the catalog is back', async () => {
    const release = await holdCleo()
    const handle = await fleet.submit('name-1')
    await expect.poll(async () => (await handle.show()).tenants.succeeded, { timeout: 30_000 }).toBe(2)
    proxy.cut()
    await release()
    const column = `select from information_schema.columns where table_schema = 'lodge_cleo' and column_name = 'name_1'`
    await expect.poll(async () => (await fleet.stack.alpha.query(column)).rowCount, { timeout: 30_000 }).toBe(1)
    expect((await handle.show()).status).toBe('applying')
    proxy.mend()
    expect(await handle.result()).toMatchObject({ status: 'committed', attempt: 1, tenants: { succeeded: 3 } })
    expect(await shapesOf(fleet.places)).toHaveLength(1)
  }, 90_000)

  test('F4, A18: a cache that is away raises an alarm, gives the turn back, and commits by itself', async () => {
    await succeed(fleet.stack, ['project', 'set', 'lodge', 'cache_alarm_after=3s'])
    const holder = await fleet.stack.connectCatalog()
    await holder.query('begin; lock table schema_saga.cache_document in access exclusive mode')
    const alarmed = await fleet.add('seat-1')
    expect(alarmed.exitCode).toBe(5)
    expect(alarmed.json().operation).toMatchObject({
      ...{ status: 'needs_repair', error_code: 'CACHE_UNAVAILABLE', tenants: { succeeded: 3 } },
      error: expect.stringMatching(/^refresh schema cache: /),
    })
    expect(await fleet.steps('seat-1')).toMatchObject({ system_schema: 'succeeded', cache: 'failed' })
    const late = await fleet.stack.cli(['operation', 'abort', 'seat-1', '--json'])
    expect([late.exitCode, late.json().error?.code]).toEqual([3, 'NOT_APPLICABLE'])
    await holder.end()
    await fleet.reaches(await fleet.stack.client.operation('seat-1'), 'committed')
    expect(await fleet.steps('seat-1')).toMatchObject({ cache: 'succeeded' })
  }, 120_000)
})

describe('when the schema cannot be persisted, or an undo does not succeed', () => {
  test('F3, A15: a conflict undoes every target', async () => {
    const before = await dumpFleet(fleet.places)
    const release = await holdCleo()
    const handle = await fleet.submit('room-1')
    await expect.poll(async () => (await handle.show()).tenants.succeeded, { timeout: 30_000 }).toBe(2)
    await fleet.stack.catalog.query(`update schema_saga.project set revision = revision + 1 where id = 'lodge'`)
    await release()
    await expect(handle.result()).rejects.toMatchObject({
      operation: { status: 'failed', error: expect.stringMatching(/^persist system schema: /) },
    })
    await fleet.stack.catalog.query(`update schema_saga.project set revision = revision - 1 where id = 'lodge'`)
    expect((await handle.show()).tenants).toMatchObject({ compensated: 3 })
    expect(await fleet.steps('room-1')).toMatchObject({ base_project_ddl: 'compensated', system_schema: 'failed' })
    expect(await dumpFleet(fleet.places)).toEqual(before)
    expect(await fleet.markers('room-1')).toEqual(new Array(4).fill(['compensated']))
  }, 90_000)

  test('C, A14: what cannot be undone is named; accepted, it is parked with its drift, and exit code 5 tells', async () => {
    const { stack } = fleet
    const release = await holdCleo()
    const handle = await fleet.submit('key-1')
    await expect.poll(async () => (await handle.show()).tenants.succeeded, { timeout: 30_000 }).toBe(2)
    // A column in use is renamed by the undo, which the freeze sees; dropping an unused one it does not.
    await stack.alpha.query(`update lodge_ada.guest set key_1 = 'brass'`)
    await freeze(stack.alpha, 'lodge_ada')
    const aborting = stack.cli(['operation', 'abort', 'key-1', '--json'])
    await expect.poll(async () => (await handle.show()).status, { timeout: 30_000 }).toBe('compensating')
    await release()
    expect((await aborting).json().operation).toMatchObject({
      ...{ status: 'needs_repair', error_code: 'COMPENSATION_FAILED' },
      error: expect.stringMatching(/^cancelled: .*The undo did not succeed on: tenant ada\.$/),
      problems: [{ tenant: 'ada', error: expect.stringMatching(/^compensation: /) }],
    })
    await succeed(stack, ['operation', 'repair', 'key-1', '--action', 'accept', '--actor', 'rosa', '--note', 'seen'])
    await fleet.reaches(handle, 'failed')
    expect((await stack.cli(['operation', 'watch', 'key-1'])).exitCode).toBe(5)
    expect(await fleet.tenant('ada')).toMatchObject({ state: 'parked', cause: 'accepted', parked_by: 'key-1' })
    expect((await fleet.markers('key-1'))[1]).toEqual(['accepted'])
    await thaw(stack.alpha, 'lodge_ada')
  }, 90_000)

  test('X, X2: Temporal’s own cancel undoes what is not durable, and is only written down when it is', async () => {
    const { stack } = fleet
    const release = await holdCleo()
    const handle = await fleet.submit('floor-1')
    await expect.poll(async () => (await handle.show()).tenants.succeeded, { timeout: 30_000 }).toBe(1)
    const workflow = await cancelOf('schema/lodge/floor-1')
    await expect.poll(async () => (await handle.show()).status, { timeout: 30_000 }).toMatch(/compensating|cancelled/)
    await release()
    await fleet.reaches(handle, 'cancelled')
    expect((await handle.show()).error).toMatch(/^cancelled: /)
    await expect(workflow.result()).rejects.toMatchObject({ cause: { name: 'CancelledFailure' } })

    const holder = await stack.connectCatalog()
    await holder.query('begin; lock table schema_saga.cache_document in access exclusive mode')
    const durable = await fleet.submit('lamp-1')
    await fleet.reaches(durable, 'needs_repair')
    await cancelOf('schema/lodge/lamp-1')
    await expect
      .poll(async () => (await fleet.audit('lamp-1')).map(({ action }) => action), { timeout: 20_000 })
      .toContain('cancel_ignored')
    await holder.end()
    await fleet.reaches(durable, 'committed')
  }, 120_000)
})

async function cancelOf(workflowId: string): Promise<WorkflowHandle> {
  const handle = fleet.stack.temporal.workflow.getHandle(workflowId)
  await handle.cancel()
  return handle
}
