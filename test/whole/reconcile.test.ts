import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ReconcileDocument } from '../../src/contract/reconcile.ts'
import { markersOf, type Place, shapesOf } from './fleet.ts'
import { freeze, thaw } from './freeze.ts'
import { apply, createStack, type Stack, scheduleOf, succeed } from './stack.ts'

const TENANTS = ['ada', 'bob', 'cleo']
let stack: Stack
let places: Place[]
beforeAll(async () => {
  stack = await createStack()
  await stack.startWorker()
  await stack.client.createProject({ id: 'cafe', base: { server: 'alpha', namespace: 'cafe_base' } })
  for (const id of TENANTS) await stack.client.addTenant('cafe', { id, server: 'alpha' })
  places = ['base', ...TENANTS].map((name) => ({ name, namespace: `cafe_${name}`, client: stack.alpha }))
  await stack.client.run('cafe', { type: 'create_model', name: 'guest' })
}, 120_000)
afterAll(async () => {
  await stack?.stop()
})

const field = (field_label: string) => ({ type: 'add_field', model_name: 'guest', field_label, field_type: 'text' })
const actionsOf = async (operation: string): Promise<string[]> =>
  (
    await stack.catalog.query<{ line: string }>(
      `select actor || ' ' || action as line from schema_saga.audit where operation_id = $1 order by id`,
      [operation],
    )
  ).rows.map(({ line }) => line)
const dutiesOf = ({ projects }: ReconcileDocument, project = 'cafe') =>
  projects.find((each) => each.project === project)?.duties ?? {}

/** Ends the run as an operator of Temporal may. */
async function terminate(operationId: string): Promise<void> {
  await stack.temporal.workflow.getHandle(`schema/cafe/${operationId}`).terminate()
}

/** Makes the ledger look as if nobody had reported for a while; a child that ends late may report once more. */
async function reconcileSilent(operationId: string): Promise<unknown> {
  await stack.catalog.query(
    `update schema_saga.operation set reported_at = now() - interval '3 minutes' where id = $1`,
    [operationId],
  )
  return dutiesOf(await stack.client.reconcile({ project: 'cafe', actor: 'reconciler' })).operations
}

/** Everything in the catalog but the records of the reconciler's runs, and leases of sessions. */
async function dumpCatalog(): Promise<Record<string, unknown>> {
  const { rows } = await stack.catalog.query<{ name: string }>(
    `select table_name as name from information_schema.tables
      where table_schema = 'schema_saga' and table_name not in ('reconcile_run', 'session_lease') order by 1`,
  )
  const dump: Record<string, unknown> = {}
  for (const { name } of rows) {
    dump[name] = (await stack.catalog.query(`select t::text from schema_saga.${name} t order by 1`)).rows
  }
  return dump
}

describe('a fleet where all is well', () => {
  test('has nothing to do, says so, and keeps a record of the run', async () => {
    const result = await succeed(stack, ['reconcile', '--json'])
    const { reconcile } = result.json() as unknown as { reconcile: ReconcileDocument }
    expect(reconcile).toMatchObject({ trigger: 'person', left: 0, done: 0, projects: [], projects_looked_at: 1 })
    const { rows } = await stack.catalog.query('select * from schema_saga.reconcile_run where id = $1', [reconcile.id])
    expect(rows).toMatchObject([{ trigger: 'person', dry_run: false, results: [], ended_at: expect.any(Date) }])
    expect((await succeed(stack, ['reconcile', 'cafe'])).stdout).toMatch(/1 project looked at, 0 done, 0 left/)
  }, 60_000)

  test('a project that is not there is refused', async () => {
    const refused = await stack.cli(['reconcile', 'nowhere', '--json'])
    expect([refused.exitCode, refused.json().error?.code]).toEqual([3, 'PROJECT_NOT_FOUND'])
  })
})

test('A38: a tenant that was parked because it could not be changed is brought up once it can be, on record', async () => {
  await freeze(stack.alpha, 'cafe_bob')
  const parked = await apply(stack, 'cafe', field('Name'), '--id', 'name-1', '--on-tenant-failure', 'park')
  expect(parked.exitCode).toBe(5)
  expect(await stack.client.showTenant('cafe', 'bob')).toMatchObject({ state: 'parked', cause: 'failure', revision: 1 })

  // The hooks of a commit end after its result.
  const running = async () =>
    (await stack.catalog.query(`select from schema_saga.operation_step where state = 'running'`)).rowCount
  await expect.poll(running, { timeout: 30_000 }).toBe(0)
  const before = await dumpCatalog()
  const dry = await stack.cli(['reconcile', 'cafe', '--dry-run', '--json'])
  expect(dry.exitCode).toBe(5)
  expect(dry.json().reconcile).toMatchObject({ dry_run: true, done: 0, left: 1 })
  expect(await dumpCatalog()).toEqual(before)

  const still = await stack.cli(['reconcile', 'cafe'])
  expect(still.exitCode).toBe(5)
  expect(still.stdout).toMatch(/tenant bob TARGET_DRIFTED/)
  expect(await stack.client.showTenant('cafe', 'bob')).toMatchObject({ state: 'parked', catch_up_tries: 1 })

  await thaw(stack.alpha, 'cafe_bob')
  // The pause after the failed try is over.
  await stack.catalog.query(`update schema_saga.tenant set catch_up_after = now() where id = 'bob'`)
  const result = await succeed(stack, ['reconcile', 'cafe', '--json', '--actor', 'rosa'])
  expect(dutiesOf(result.json().reconcile as ReconcileDocument)).toMatchObject({
    tenants: { found: 1, done: 1, left: 0 },
    drift: { found: 0 },
  })
  const bob = await stack.client.showTenant('cafe', 'bob')
  expect(bob).toMatchObject({ state: 'active', revision: 2, catch_up_tries: 0 })
  expect(bob.operations[0]).toMatchObject({ id: 'name-1', state: 'succeeded' })
  expect(await actionsOf('name-1')).toContain('rosa catch_up')
  expect(await shapesOf(places)).toHaveLength(1)
}, 90_000)

test('what a person parked stays parked, and is nothing to do', async () => {
  await stack.client.parkTenant('cafe', 'cleo', { reason: 'moves house' })
  await stack.client.run('cafe', field('Seat'))
  await succeed(stack, ['reconcile', 'cafe'])
  expect(await stack.client.showTenant('cafe', 'cleo')).toMatchObject({ state: 'parked', cause: 'operator' })
  expect(await stack.client.catchUp('cafe', 'cleo')).toMatchObject({ state: 'active', revision: 3 })
}, 60_000)

describe('an operation whose workflow was terminated', () => {
  test('goes on forward when it was going forward', async () => {
    const holder = await stack.connectAlpha()
    await holder.query('begin; lock table cafe_bob.guest in access share mode')
    const handle = await stack.client.apply('cafe', field('Table'), { operationId: 'table-1' })
    await expect.poll(async () => (await handle.show()).tenants.succeeded, { timeout: 30_000 }).toBe(2)
    await terminate('table-1')
    await holder.query('rollback')
    await holder.end()
    const revived = { found: 1, done: 1, left: 0, problems: [] }
    await expect.poll(() => reconcileSilent('table-1'), { timeout: 30_000 }).toEqual(revived)
    expect(await handle.result()).toMatchObject({ status: 'committed', tenants: { succeeded: 3 } })
    expect(await actionsOf('table-1')).toContain('reconciler revive')
    expect(await shapesOf(places)).toHaveLength(1)
    for (const place of places) expect(await markersOf(place, 'table-1')).toEqual([{ stage: 1, state: 'applied' }])
  }, 90_000)

  test('goes on undoing when it was being undone', async () => {
    const [holder, second] = [await stack.connectAlpha(), await stack.connectAlpha()]
    await freeze(stack.alpha, 'cafe_bob')
    await holder.query('begin; lock table cafe_cleo.guest in access share mode')
    const handle = await stack.client.apply('cafe', field('Room'), { operationId: 'room-1' })
    await expect.poll(async () => (await handle.show()).tenants.succeeded, { timeout: 30_000 }).toBe(1)
    await second.query('begin; lock table cafe_ada.guest in access share mode')
    await holder.query('rollback')
    await expect.poll(async () => (await handle.show()).status, { timeout: 30_000 }).toBe('compensating')
    await terminate('room-1')
    await second.query('rollback')
    await Promise.all([holder.end(), second.end()])
    await thaw(stack.alpha, 'cafe_bob')
    const found = await stack.client.reconcileOneOperation('room-1')
    expect(dutiesOf(found).operations).toMatchObject({ found: 1, done: 1, left: 0 })
    await expect(handle.result()).rejects.toMatchObject({ name: 'OperationFailed' })
    expect(await shapesOf(places)).toHaveLength(1)
  }, 90_000)
})

test('an undo that did not succeed is tried again as often as the settings say, then left to a person', async () => {
  await stack.client.setProject('cafe', ['auto_repair_attempts=1'])
  const holder = await stack.connectAlpha()
  await holder.query('begin; lock table cafe_cleo.guest in access share mode')
  await freeze(stack.alpha, 'cafe_bob')
  const handle = await stack.client.apply('cafe', field('Key'), { operationId: 'key-1' })
  await expect.poll(async () => (await handle.show()).tenants.succeeded, { timeout: 30_000 }).toBe(1)
  await freeze(stack.alpha, 'cafe_ada')
  // Dropping a column is no DDL command that the freeze can see; renaming it is, for a column in use.
  await stack.alpha.query(`insert into cafe_ada.guest (id, key) values ('g1', 'brass')`)
  await holder.query('rollback')
  await holder.end()
  await expect(handle.result()).rejects.toMatchObject({ name: 'OperationNeedsRepair' })

  const first = await stack.client.reconcile({ project: 'cafe', actor: 'reconciler' })
  expect(dutiesOf(first).repairs).toMatchObject({ found: 1, done: 0, left: 1 })
  expect((await handle.show()).attempt).toBe(2)
  const second = await stack.client.reconcile('cafe')
  expect(dutiesOf(second).repairs?.problems[0]?.error).toMatch(/1 times: a person must look/)
  expect((await handle.show()).attempt).toBe(2)

  await thaw(stack.alpha, 'cafe_ada')
  await thaw(stack.alpha, 'cafe_bob')
  await stack.client.setProject('cafe', ['auto_repair_attempts=5'])
  await stack.catalog.query(
    `update schema_saga.operation set auto_repair_at = now() - interval '1 hour' where id = 'key-1'`,
  )
  const third = await stack.client.reconcile({ project: 'cafe', actor: 'reconciler' })
  expect(dutiesOf(third).repairs).toMatchObject({ found: 1, done: 1, left: 0 })
  expect(await handle.show()).toMatchObject({ status: 'failed', attempt: 3 })
  expect((await actionsOf('key-1')).filter((line) => line === 'reconciler auto_repair')).toHaveLength(2)
  expect(await shapesOf(places)).toHaveLength(1)
}, 120_000)

describe('drift', () => {
  test('is reported only, unless the settings of the project say otherwise', async () => {
    await stack.alpha.query('alter table cafe_ada.guest drop column name')
    const left = await stack.cli(['reconcile', 'cafe'])
    expect(left.exitCode).toBe(5)
    expect(left.stdout).toMatch(/ada at revision \d+ TARGET_DRIFTED: guest\.name is missing/)
    expect(await shapesOf(places)).toHaveLength(2)
  }, 60_000)

  test('what is missing is added, holding the turn, when they do', async () => {
    await stack.client.setProject('cafe', ['auto_repair=additive'])
    const added = await stack.client.reconcile('cafe')
    expect(dutiesOf(added).drift).toMatchObject({ found: 1, done: 1, left: 0 })
    expect(await shapesOf(places)).toHaveLength(1)
    const { rows } = await stack.catalog.query('select maintenance_until from schema_saga.project')
    expect(rows).toEqual([{ maintenance_until: null }])
  }, 60_000)
})

test('what was set aside is purged past its hold, and operations are forgotten past their retention', async () => {
  await stack.client.run('cafe', { type: 'create_model', name: 'draft' })
  await stack.client.run('cafe', { type: 'delete_model', model_name: 'draft' }, { operationId: 'delete-draft' })
  await stack.client.setProject('cafe', ['hold_before_purge=0s'])
  const purged = await stack.client.reconcile('cafe')
  // The model, and the column in use which an undo has put aside above.
  expect(dutiesOf(purged).purge).toMatchObject({ found: 2, done: 2, left: 0 })
  expect((await stack.client.listSetAside('cafe')).set_aside).toEqual([])

  await stack.client.suspendTenant('cafe', 'cleo')
  await stack.client.run('cafe', field('Last'))
  await stack.client.setProject('cafe', ['retention=0s'])
  const kept = (await stack.client.listOperations('cafe')).map(({ id }) => id)
  const pruned = await stack.client.reconcile('cafe')
  expect(dutiesOf(pruned).retention?.done).toBeGreaterThan(5)
  // The one that the suspended tenant has yet to catch up with stays, with its markers.
  expect((await stack.client.listOperations('cafe')).map(({ id }) => id)).toEqual(kept.slice(0, 1))
  const [base] = places
  if (base === undefined) throw new Error('there is a base')
  expect(await markersOf(base, 'name-1')).toEqual([])
  expect(await markersOf(base, kept[0] ?? '')).toEqual([{ stage: 1, state: 'applied' }])
  expect(await stack.client.resumeTenant('cafe', 'cleo')).toMatchObject({ state: 'active' })
  expect(await shapesOf(places)).toHaveLength(1)
}, 90_000)

test('init creates one Schedule, which starts the reconciler, and runBackgroundReconciler changes how often', async () => {
  await succeed(stack, ['init'])
  const described = await scheduleOf(stack).describe()
  expect(described).toMatchObject({ policies: { overlap: 'SKIP' }, state: { paused: true } })
  expect(described.spec.intervals).toMatchObject([{ every: 300_000 }])
  await scheduleOf(stack).trigger()
  const runs = async () =>
    (
      await stack.catalog.query(
        `select from schema_saga.reconcile_run where trigger = 'schedule' and ended_at is not null`,
      )
    ).rowCount
  await expect.poll(runs, { timeout: 30_000 }).toBe(1)
  await stack.client.runBackgroundReconciler({ every: 60_000 })
  await succeed(stack, ['init'])
  const changed = await scheduleOf(stack).describe()
  expect(changed).toMatchObject({ state: { paused: true } })
  expect(changed.spec.intervals).toMatchObject([{ every: 60_000 }])
  await expect(stack.client.runBackgroundReconciler({ every: 5 })).rejects.toMatchObject({ code: 'INPUT_INVALID' })
}, 60_000)
