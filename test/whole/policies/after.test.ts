import type { WorkflowHandle } from '@temporalio/client'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { operationWorkflowId } from '../../../src/contract.ts'
import { dumpFleet, holdBack, shapesOf } from '../fleet.ts'
import { freeze, thaw } from '../freeze.ts'
import { type GuestFleet, type GuestStack, guestFleets } from '../guestFleet.ts'
import { createStack, type Stack, succeed } from '../stack.ts'
import { type TcpProxy, tcpProxy } from '../tcpProxy.ts'

let stack: Stack
let nextFleet: GuestStack['fleet']
let fleet: GuestFleet
let proxy: TcpProxy
beforeAll(async () => {
  stack = await createStack()
  // Only the worker's way to the catalog can be cut; the commands and the test have one of their own.
  proxy = await tcpProxy(stack.env.SCHEMA_SAGA_CATALOG_URL ?? '')
  await stack.startWorker({ env: { SCHEMA_SAGA_CATALOG_URL: proxy.url } })
  nextFleet = await guestFleets(stack, 'lodge')
})
afterAll(async () => {
  await stack?.stop()
  await proxy?.close()
})
beforeEach(async () => {
  fleet = await nextFleet()
})

/** Whoever comes before cleo is through while the operation still runs. */
const holdCleo = () => holdBack(stack, `${fleet.project}_cleo.guest`)

describe('when the catalog or the cache is unavailable', () => {
  test('F3r: the operation stays as it is, and commits once the catalog is back', async () => {
    const release = await holdCleo()
    const handle = await fleet.submit('name-1')
    await expect.poll(async () => (await handle.show()).tenants.succeeded, { timeout: 30_000 }).toBe(2)
    proxy.cut()
    await release()
    const column = `select from information_schema.columns where table_schema = '${fleet.project}_cleo' and column_name = 'name_1'`
    await expect.poll(async () => (await stack.alpha.query(column)).rowCount, { timeout: 30_000 }).toBe(1)
    expect((await handle.show()).status).toBe('applying')
    proxy.mend()
    expect(await handle.result()).toMatchObject({ status: 'committed', attempt: 1, tenants: { succeeded: 3 } })
    expect(await shapesOf(fleet.places)).toHaveLength(1)
  })

  test('F4, A18: a cache that is unavailable raises an alarm, gives the turn back, and commits by itself', async () => {
    await succeed(stack, ['project', 'set', fleet.project, 'cache_alarm_after=1s'])
    const holder = await stack.connectCatalog()
    await holder.query('begin; lock table schema_saga.cache_document in access exclusive mode')
    const alarmed = await fleet.add('seat-1')
    expect(alarmed.exitCode).toBe(5)
    expect(alarmed.json().operation).toMatchObject({
      status: 'needs_repair',
      error_code: 'CACHE_UNAVAILABLE',
      tenants: { succeeded: 3 },
      error: expect.stringMatching(/^refresh schema cache: /),
    })
    expect(await fleet.steps('seat-1')).toMatchObject({ system_schema: 'succeeded', cache: 'failed' })
    const late = await stack.cli(['operation', 'abort', 'seat-1', '--json'])
    expect([late.exitCode, late.json().error?.code]).toEqual([3, 'NOT_APPLICABLE'])
    await holder.end()
    await fleet.reaches(await stack.client.operation('seat-1'), 'committed')
    expect(await fleet.steps('seat-1')).toMatchObject({ cache: 'succeeded' })
  })
})

describe('when the schema cannot be persisted, or an undo does not succeed', () => {
  test('F3, A15: a conflict undoes every target', async () => {
    const before = await dumpFleet(fleet.places)
    const release = await holdCleo()
    const handle = await fleet.submit('room-1')
    await expect.poll(async () => (await handle.show()).tenants.succeeded, { timeout: 30_000 }).toBe(2)
    await stack.catalog.query(`update schema_saga.project set revision = revision + 1 where id = '${fleet.project}'`)
    await release()
    await expect(handle.result()).rejects.toMatchObject({
      operation: { status: 'failed', error: expect.stringMatching(/^persist system schema: /) },
    })
    await stack.catalog.query(`update schema_saga.project set revision = revision - 1 where id = '${fleet.project}'`)
    expect((await handle.show()).tenants).toMatchObject({ compensated: 3 })
    expect(await fleet.steps('room-1')).toMatchObject({ base_project_ddl: 'compensated', system_schema: 'failed' })
    expect(await dumpFleet(fleet.places)).toEqual(before)
    expect(await fleet.markers('room-1')).toEqual(new Array(4).fill(['compensated']))
  })

  test('C, A14: what cannot be undone is named; accepted, it is parked with its drift, and exit code 5 tells', async () => {
    const release = await holdCleo()
    const handle = await fleet.submit('key-1')
    await expect.poll(async () => (await handle.show()).tenants.succeeded, { timeout: 30_000 }).toBe(2)
    // A column in use is renamed by the undo, which the freeze sees; dropping an unused one it does not.
    await stack.alpha.query(`update ${fleet.project}_ada.guest set key_1 = 'brass'`)
    await freeze(stack.alpha, `${fleet.project}_ada`)
    const aborting = stack.cli(['operation', 'abort', 'key-1', '--json'])
    await expect.poll(async () => (await handle.show()).status, { timeout: 30_000 }).toBe('compensating')
    await release()
    expect((await aborting).json().operation).toMatchObject({
      status: 'needs_repair',
      error_code: 'COMPENSATION_FAILED',
      error: expect.stringMatching(/^cancelled: .*The undo did not succeed on: tenant ada\.$/),
      problems: [{ tenant: 'ada', error: expect.stringMatching(/^compensation: /) }],
    })
    await succeed(stack, ['operation', 'repair', 'key-1', '--action', 'accept', '--actor', 'rosa', '--note', 'seen'])
    await fleet.reaches(handle, 'failed')
    expect((await stack.cli(['operation', 'watch', 'key-1'])).exitCode).toBe(5)
    expect(await fleet.tenant('ada')).toMatchObject({ state: 'parked', cause: 'accepted', parked_by: 'key-1' })
    expect((await fleet.markers('key-1'))[1]).toEqual(['accepted'])
    await thaw(stack.alpha, `${fleet.project}_ada`)
  })

  test('X: Temporal’s own cancel undoes what is not durable', async () => {
    const release = await holdCleo()
    const handle = await fleet.submit('floor-1')
    await expect.poll(async () => (await handle.show()).tenants.succeeded, { timeout: 30_000 }).toBe(2)
    const workflow = await cancelOf('floor-1')
    await expect.poll(async () => (await handle.show()).status, { timeout: 30_000 }).toMatch(/compensating|cancelled/)
    await release()
    await fleet.reaches(handle, 'cancelled')
    expect((await handle.show()).error).toMatch(/^cancelled: /)
    await expect(workflow.result()).rejects.toMatchObject({ cause: { name: 'CancelledFailure' } })
  })

  test('X2: Temporal’s own cancel of what is durable is only written down', async () => {
    await succeed(stack, ['project', 'set', fleet.project, 'cache_alarm_after=1s'])
    const holder = await stack.connectCatalog()
    await holder.query('begin; lock table schema_saga.cache_document in access exclusive mode')
    const durable = await fleet.submit('lamp-1')
    await fleet.reaches(durable, 'needs_repair')
    await cancelOf('lamp-1')
    await expect
      .poll(async () => (await fleet.audit('lamp-1')).map(({ action }) => action), { timeout: 20_000 })
      .toContain('cancel_ignored')
    await holder.end()
    await fleet.reaches(durable, 'committed')
  })
})

async function cancelOf(operationId: string): Promise<WorkflowHandle> {
  const handle = stack.temporal.workflow.getHandle(operationWorkflowId(fleet.project, operationId))
  await handle.cancel()
  return handle
}
