import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { OperationHandle } from '../../../src/client.ts'
import { operationWorkflowId } from '../../../src/contract.ts'
import { createFleet, holdBack, markersOf, placesOf, shapesOf } from '../fleet.ts'
import { createStack, type Stack } from '../stack.ts'

const TENANTS = ['ada', 'bob']
let stack: Stack
beforeAll(async () => {
  stack = await createStack()
  // An operation that waits for its turn looks again after a second instead of a minute.
  await stack.startWorker({ quick: true })
  for (const project of ['deli', 'pub']) {
    await createFleet(stack, project, TENANTS)
    await stack.client.run(project, { type: 'create_model', name: 'guest' })
  }
})
afterAll(async () => {
  await stack?.stop()
})

const field = (field_label: string) => ({ type: 'add_field', model_name: 'guest', field_label, field_type: 'text' })
const shapesOfProject = (project: string) => shapesOf(placesOf(stack, project, TENANTS))

/** No operation of the project comes past ada. */
const holdAda = (project: string) => holdBack(stack, `${project}_ada.guest`)

async function untilRuns(handle: OperationHandle): Promise<void> {
  await expect.poll(async () => (await handle.show()).tenants.running, { timeout: 30_000 }).toBeGreaterThan(0)
}

async function untilWaits(handle: OperationHandle, operationId: string): Promise<void> {
  await expect.poll(async () => (await handle.show()).waits_for, { timeout: 60_000 }).toBe(operationId)
}

/** Ends the run without a word, and lets two minutes pass. */
async function terminate(project: string, operationId: string): Promise<void> {
  const { workflow } = stack.temporal
  await workflow.getHandle(operationWorkflowId(project, operationId)).terminate('a test')
  const ofOperation = `WorkflowId STARTS_WITH "${operationWorkflowId(project, operationId)}" AND ExecutionStatus = "Running"`
  await expect.poll(async () => (await workflow.count(ofOperation)).count, { timeout: 60_000 }).toBe(0)
  await stack.catalog.query(
    `update schema_saga.operation set reported_at = now() - interval '3 minutes' where id = $1`,
    [operationId],
  )
}

async function untilStartedAgain(operationId: string): Promise<void> {
  const starts = async (): Promise<number | undefined> => {
    const { rows } = await stack.catalog.query<{ starts: number }>(
      'select start_count as starts from schema_saga.operation where id = $1',
      [operationId],
    )
    return rows[0]?.starts
  }
  await expect.poll(starts, { timeout: 60_000 }).toBe(2)
}

describe.concurrent('the turn', () => {
  test('a holder whose run was terminated is started again by the one who waits, and both commit', async () => {
    const letGo = await holdAda('deli')
    const first = await stack.client.apply('deli', field('First'), { operationId: 'first' })
    await untilRuns(first)
    const second = await stack.client.apply('deli', field('Second'), { operationId: 'second' })
    await untilWaits(second, 'first')
    await terminate('deli', 'first')
    await untilStartedAgain('first')
    // Not before: what was left of the dead run would come through, and report it as alive.
    await letGo()
    expect(await first.result()).toMatchObject({ status: 'committed', attempt: 1, revision: 2 })
    expect(await second.result()).toMatchObject({ status: 'committed', revision: 3 })
    expect(await shapesOfProject('deli')).toHaveLength(1)
    for (const place of placesOf(stack, 'deli', TENANTS)) {
      expect(await markersOf(place, 'first')).toEqual([{ stage: 1, state: 'applied' }])
    }
  })

  test('a signal to one whose run was terminated is lost; the one behind it finds that out, and all commit', async () => {
    const letGo = await holdAda('pub')
    const handles: OperationHandle[] = []
    for (const [index, id] of ['one', 'two', 'three'].entries()) {
      const handle = await stack.client.apply('pub', field(`Field ${id}`), { operationId: id })
      // The turn goes by the ledger: whose row is there first, is first.
      if (index > 0) await untilWaits(handle, 'one')
      else await untilRuns(handle)
      handles.push(handle)
    }
    await terminate('pub', 'two')
    await letGo()
    const ends = await Promise.all(handles.map((handle) => handle.result()))
    expect(ends.map(({ id, status, revision }) => [id, status, revision])).toEqual([
      ['one', 'committed', 2],
      ['two', 'committed', 3],
      ['three', 'committed', 4],
    ])
    expect(await shapesOfProject('pub')).toHaveLength(1)
  })
})
