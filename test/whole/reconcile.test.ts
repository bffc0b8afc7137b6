import { Client, Connection } from '@temporalio/client'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { DEFAULT_TASK_QUEUE, operationWorkflowId, reconcileScheduleId } from '../../src/contract.ts'
import { type Place, shapesOf } from './fleet.ts'
import { freeze, thaw } from './freeze.ts'
import { apply, createStack, type Stack } from './stack.ts'

const TENANTS = ['ada', 'bob', 'cleo']
let stack: Stack
let temporal: Client
let places: Place[]
beforeAll(async () => {
  stack = await createStack()
  await stack.startWorker()
  temporal = new Client({ connection: await Connection.connect({ address: inject('temporalAddress') }) })
  await stack.client.createProject({ id: 'pub', base: { server: 'alpha', namespace: 'pub_base' } })
  for (const id of TENANTS) await stack.client.addTenant('pub', { id, server: 'alpha' })
  places = ['base', ...TENANTS].map((name) => ({ name, namespace: `pub_${name}`, client: stack.alpha }))
  await stack.client.run('pub', { type: 'create_model', name: 'guest' })
}, 120_000)
afterAll(async () => {
  await temporal?.connection.close()
  await stack?.stop()
})

const field = (field_label: string) => ({ type: 'add_field', model_name: 'guest', field_label, field_type: 'text' })
const silence = (id: string) =>
  stack.catalog.query("update schema_saga.operation set reported_at = now() - interval '3 minutes' where id = $1", [id])
const tenant = async (id: string) => (await stack.client.listTenants('pub')).find((each) => each.id === id)

describe('reconcile', () => {
  test('an idle fleet has nothing to do', async () => {
    const result = await stack.cli(['reconcile', 'pub', '--json'])
    expect(result.exitCode).toBe(0)
    expect(result.json().reconcile).toMatchObject({ found: 0, left: 0, results: [], trigger: 'person' })
  })

  test('A38: a tenant that was left behind is brought up once its database lets it, and the repair is recorded', async () => {
    await freeze(stack.alpha, 'pub_bob')
    const parked = await apply(stack, 'pub', field('Name'), '--id', 'name-1', '--on-tenant-failure', 'park')
    expect(parked.exitCode).toBe(5)
    expect(await tenant('bob')).toMatchObject({ state: 'parked', cause: 'failure', revision: 1 })

    const dry = await stack.cli(['reconcile', 'pub', '--dry-run', '--json'])
    expect(dry.exitCode).toBe(5)
    expect(dry.json().reconcile).toMatchObject({ dry_run: true, results: [{ duty: 'catch_up', found: 1, done: 0 }] })
    expect(await tenant('bob')).toMatchObject({ state: 'parked' })

    await thaw(stack.alpha, 'pub_bob')
    const result = await stack.cli(['reconcile', 'pub', '--json'])
    expect(result.json().reconcile).toMatchObject({ results: [{ duty: 'catch_up', found: 1, done: 1, left: 0 }] })
    expect(result.exitCode).toBe(0)
    expect(await tenant('bob')).toMatchObject({ state: 'active', revision: 2 })
    expect(await shapesOf(places)).toHaveLength(1)
    const operation = await (await stack.client.operation('name-1')).show()
    expect(operation.tenants).toMatchObject({ succeeded: 3, parked: 0 })
    const { rows } = await stack.catalog.query('select results from schema_saga.reconcile_run order by started_at desc')
    expect(rows[0]?.results).toMatchObject([{ project: 'pub', duty: 'catch_up', done: 1 }])
  }, 120_000)

  test('an operation whose workflow was terminated is started again, forward', async () => {
    await stack.alpha.query('begin; lock table pub_cleo.guest in access share mode')
    const handle = await stack.client.apply('pub', field('Seat'), { operationId: 'seat-1' })
    await expect.poll(async () => (await handle.show()).tenants.succeeded, { timeout: 30_000 }).toBe(2)
    await temporal.workflow.getHandle(operationWorkflowId('pub', 'seat-1')).terminate('a test')
    await stack.alpha.query('rollback')
    await silence('seat-1')
    const result = await stack.client.reconcile('pub')
    expect(result.results).toMatchObject([{ duty: 'operations', found: 1, done: 1 }])
    expect(await handle.result()).toMatchObject({ status: 'committed', attempt: 1, tenants: { succeeded: 3 } })
    expect(await shapesOf(places)).toHaveLength(1)
  }, 120_000)

  test('an undo that did not succeed is tried again, and then its operation ends', async () => {
    const holder = await stack.connectAlpha()
    await holder.query('begin; lock table pub_cleo.guest in access share mode')
    await freeze(stack.alpha, 'pub_bob')
    const handle = await stack.client.apply('pub', field('Key'), { operationId: 'key-1' })
    await expect.poll(async () => (await handle.show()).tenants.succeeded, { timeout: 30_000 }).toBe(1)
    await freeze(stack.alpha, 'pub_ada')
    await stack.alpha.query(`insert into pub_ada.guest (id, key) values ('g1', 'brass')`)
    await holder.query('rollback')
    await holder.end()
    await expect(handle.result()).rejects.toMatchObject({ name: 'OperationNeedsRepair' })
    // A terminated one goes on waiting for a person, or for the reconciler.
    await temporal.workflow.getHandle(operationWorkflowId('pub', 'key-1')).terminate('a test')
    expect(await stack.client.reconcileOneOperation('key-1')).toBe('started_again')
    await thaw(stack.alpha, 'pub_ada')
    await thaw(stack.alpha, 'pub_bob')
    await expect
      .poll(async () => (await stack.client.reconcile('pub')).results.some(({ duty }) => duty === 'undos'))
      .toBe(true)
    await expect.poll(async () => (await handle.show()).status, { timeout: 30_000 }).toBe('failed')
    expect(await shapesOf(places)).toHaveLength(1)
  }, 120_000)

  test('drift is reported, and repaired where the project wants it', async () => {
    await stack.alpha.query('alter table pub_cleo.guest drop column seat')
    const reported = await stack.cli(['reconcile', 'pub'])
    expect(reported.exitCode).toBe(5)
    expect(reported.stdout).toContain('cleo: guest.seat is missing')
    await stack.client.setProject('pub', ['auto_repair=additive'])
    expect(await stack.client.reconcile('pub')).toMatchObject({
      results: [{ duty: 'drift', found: 1, done: 1 }],
      left: 0,
    })
    expect(await shapesOf(places)).toHaveLength(1)
    expect((await stack.client.run('pub', field('After'))).status).toBe('committed')
  }, 120_000)

  test('operations older than the project keeps them are forgotten with their markers, but none that a tenant needs', async () => {
    await stack.client.setProject('pub', ['retention=1d'])
    await stack.catalog.query(
      "update schema_saga.operation set ended_at = now() - interval '2 days' where id like '%-1'",
    )
    await stack.client.suspendTenant('pub', 'ada', { reason: 'unpaid' })
    await stack.catalog.query("update schema_saga.tenant set revision = 2 where id = 'ada'")
    await stack.client.reconcile('pub')
    const left = await stack.catalog.query<{ id: string }>(
      "select id from schema_saga.operation where id like '%-1' order by id",
    )
    expect(left.rows.map(({ id }) => id)).toEqual(['seat-1'])
    const markers = await stack.alpha.query(
      "select from schema_saga_target.marker where operation_id in ('name-1', 'key-1')",
    )
    expect(markers.rowCount).toBe(0)
  }, 120_000)

  test('init has set up a Schedule that does the same', async () => {
    const id = reconcileScheduleId(stack.env.SCHEMA_SAGA_TASK_QUEUE ?? '', DEFAULT_TASK_QUEUE)
    const schedule = temporal.schedule.getHandle(id)
    const { policies, spec } = await schedule.describe()
    expect(policies.overlap).toBe('SKIP')
    expect(spec.intervals).toMatchObject([{ every: 300_000 }])
    await schedule.trigger()
    const runs = async () =>
      (
        await stack.catalog.query(
          "select from schema_saga.reconcile_run where trigger = 'schedule' and ended_at is not null",
        )
      ).rowCount
    await expect.poll(runs, { timeout: 30_000 }).toBeGreaterThan(0)
  }, 60_000)
})
