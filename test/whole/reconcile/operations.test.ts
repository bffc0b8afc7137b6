import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { ReconcileDocument } from '../../../src/contract/reconcile.ts'
import { operationWorkflowId } from '../../../src/contract.ts'
import { holdBack, markersOf, shapesOf } from '../fleet.ts'
import { freeze, thaw } from '../freeze.ts'
import { createGuestStack, type GuestFleet, type GuestStack } from '../guestFleet.ts'

let guests: GuestStack
let fleet: GuestFleet
beforeAll(async () => {
  guests = await createGuestStack('cafe')
})
afterAll(async () => {
  await guests?.stack.stop()
})
beforeEach(async () => {
  fleet = await guests.fleet()
})

const dutiesOf = ({ projects }: ReconcileDocument) =>
  projects.find((each) => each.project === fleet.project)?.duties ?? {}
const actionsOf = async (id: string): Promise<string[]> =>
  (await fleet.audit(id)).map(({ actor, action }) => `${actor} ${action}`)

/** Ends the run as an operator of Temporal may. */
async function terminate(operationId: string): Promise<void> {
  await fleet.stack.temporal.workflow.getHandle(operationWorkflowId(fleet.project, operationId)).terminate()
}

/** Makes the ledger look as if nobody had reported for a while; a child that ends late may report once more. */
async function reconcileSilent(operationId: string): Promise<unknown> {
  const { stack, project } = fleet
  await stack.catalog.query(
    `update schema_saga.operation set reported_at = now() - interval '3 minutes' where id = $1`,
    [operationId],
  )
  return dutiesOf(await stack.client.reconcile({ project, actor: 'reconciler' })).operations
}

describe('an operation whose workflow was terminated', () => {
  test('goes on forward when it was going forward', async () => {
    const { stack, project, places } = fleet
    const letGo = await holdBack(stack, `${project}_bob.guest`)
    const handle = await fleet.submit('table-1')
    await expect.poll(async () => (await handle.show()).tenants.succeeded, { timeout: 30_000 }).toBe(2)
    await terminate('table-1')
    await letGo()
    const revived = { found: 1, done: 1, left: 0, problems: [] }
    await expect.poll(() => reconcileSilent('table-1'), { timeout: 30_000 }).toEqual(revived)
    expect(await handle.result()).toMatchObject({ status: 'committed', tenants: { succeeded: 3 } })
    expect(await actionsOf('table-1')).toContain('reconciler revive')
    expect(await shapesOf(places)).toHaveLength(1)
    for (const place of places) expect(await markersOf(place, 'table-1')).toEqual([{ stage: 1, state: 'applied' }])
  })

  test('goes on undoing when it was being undone', async () => {
    const { stack, project, places } = fleet
    await freeze(stack.alpha, `${project}_bob`)
    const letCleoGo = await holdBack(stack, `${project}_cleo.guest`)
    const handle = await fleet.submit('room-1')
    await expect.poll(async () => (await handle.show()).tenants.succeeded, { timeout: 30_000 }).toBe(1)
    const letAdaGo = await holdBack(stack, `${project}_ada.guest`)
    await letCleoGo()
    await expect.poll(async () => (await handle.show()).status, { timeout: 30_000 }).toBe('compensating')
    await terminate('room-1')
    await letAdaGo()
    await thaw(stack.alpha, `${project}_bob`)
    const found = await stack.client.reconcileOneOperation('room-1')
    expect(dutiesOf(found).operations).toMatchObject({ found: 1, done: 1, left: 0 })
    await expect(handle.result()).rejects.toMatchObject({ name: 'OperationFailed' })
    expect(await shapesOf(places)).toHaveLength(1)
  })
})

test('an undo that did not succeed is tried again as often as the settings say, then left to a person', async () => {
  const { stack, project, places } = fleet
  await stack.client.setProject(project, ['auto_repair_attempts=1'])
  const letGo = await holdBack(stack, `${project}_cleo.guest`)
  await freeze(stack.alpha, `${project}_bob`)
  const handle = await fleet.submit('key-1')
  await expect.poll(async () => (await handle.show()).tenants.succeeded, { timeout: 30_000 }).toBe(1)
  await freeze(stack.alpha, `${project}_ada`)
  // Dropping a column is no DDL command that the freeze can see; renaming it is, for a column in use.
  await stack.alpha.query(`update ${project}_ada.guest set key_1 = 'brass'`)
  await letGo()
  await expect(handle.result()).rejects.toMatchObject({ name: 'OperationNeedsRepair' })

  const first = await stack.client.reconcile({ project, actor: 'reconciler' })
  expect(dutiesOf(first).repairs).toMatchObject({ found: 1, done: 0, left: 1 })
  expect((await handle.show()).attempt).toBe(2)
  const second = await stack.client.reconcile(project)
  expect(dutiesOf(second).repairs?.problems[0]?.error).toMatch(/1 times: a person must look/)
  expect((await handle.show()).attempt).toBe(2)

  await thaw(stack.alpha, `${project}_ada`)
  await thaw(stack.alpha, `${project}_bob`)
  await stack.client.setProject(project, ['auto_repair_attempts=5'])
  await stack.catalog.query(
    `update schema_saga.operation set auto_repair_at = now() - interval '1 hour' where id = 'key-1'`,
  )
  const third = await stack.client.reconcile({ project, actor: 'reconciler' })
  expect(dutiesOf(third).repairs).toMatchObject({ found: 1, done: 1, left: 0 })
  expect(await handle.show()).toMatchObject({ status: 'failed', attempt: 3 })
  expect((await actionsOf('key-1')).filter((line) => line === 'reconciler auto_repair')).toHaveLength(2)
  expect(await shapesOf(places)).toHaveLength(1)
})

test('what was set aside is purged past its hold, and operations are forgotten past their retention', async () => {
  const { stack, project, places } = fleet
  await stack.client.run(project, { type: 'create_model', name: 'draft' })
  await stack.client.run(project, { type: 'delete_model', model_name: 'draft' }, { operationId: 'delete-draft' })
  await stack.client.setProject(project, ['hold_before_purge=0s'])
  const purged = await stack.client.reconcile(project)
  expect(dutiesOf(purged).purge).toMatchObject({ found: 1, done: 1, left: 0 })
  expect((await stack.client.listSetAside(project)).set_aside).toEqual([])

  await stack.client.suspendTenant(project, 'cleo')
  await fleet.add('last')
  await stack.client.setProject(project, ['retention=0s'])
  const pruned = await stack.client.reconcile(project)
  expect(dutiesOf(pruned).retention).toMatchObject({ done: 2 })
  // The one that the suspended tenant has yet to catch up with stays, with its markers.
  expect((await stack.client.listOperations(project)).map(({ id }) => id)).toEqual(['last'])
  const [base] = places
  if (base === undefined) throw new Error('there is a base')
  expect(await markersOf(base, 'delete-draft')).toEqual([])
  expect(await markersOf(base, 'last')).toEqual([{ stage: 1, state: 'applied' }])
  expect(await stack.client.resumeTenant(project, 'cleo')).toMatchObject({ state: 'active' })
  expect(await shapesOf(places)).toHaveLength(1)
})
