import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connectSchemaSaga, type OperationHandle, type SchemaSagaClient } from '../../src/client.ts'
import { readConfig } from '../../src/config.ts'
import { operationWorkflowId } from '../../src/contract.ts'
import { markersOf, placesOf, shapesOf } from './fleet.ts'
import { createFleet, createStack, type Stack } from './stack.ts'

const TENANTS = ['ada', 'bob']
let stack: Stack
let other: SchemaSagaClient
beforeAll(async () => {
  stack = await createStack()
  await stack.startWorker()
  other = await connectSchemaSaga({ config: readConfig(stack.env) })
  for (const project of ['bar', 'cafe', 'deli', 'pub']) {
    await createFleet(stack, project, TENANTS)
    await stack.client.run(project, { type: 'create_model', name: 'guest' })
  }
}, 120_000)
afterAll(async () => {
  await other?.close()
  await stack?.stop()
})

const field = (field_label: string) => ({ type: 'add_field', model_name: 'guest', field_label, field_type: 'text' })
const shapesOfProject = (project: string) => shapesOf(placesOf(stack, project, TENANTS))

/** Ada's table is read by a transaction, so that no operation of the project comes past her. */
async function holdBack(project: string): Promise<() => Promise<void>> {
  const reader = await stack.connectAlpha()
  await reader.query(`begin; lock table ${project}_ada.guest in access share mode`)
  return async () => {
    await reader.query('rollback')
    await reader.end()
  }
}

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
  await expect.poll(starts, { timeout: 120_000, interval: 250 }).toBe(2)
}

describe('two at the same moment', () => {
  test('A7: with the same id and the same content are one operation, which both see', async () => {
    for (let round = 1; round <= 3; round += 1) {
      const submit = (client: SchemaSagaClient) =>
        client.apply('bar', field(`Same ${round}`), { operationId: `same-${round}` })
      const handles = await Promise.all([submit(stack.client), submit(other)])
      expect(handles.map(({ id }) => id)).toEqual([`same-${round}`, `same-${round}`])
      const [one, two] = await Promise.all(handles.map((handle) => handle.result()))
      expect(one).toMatchObject({ status: 'committed', attempt: 1, revision: round + 1 })
      expect(two).toMatchObject({ id: one?.id, status: 'committed', attempt: 1, revision: round + 1 })
    }
    const { rowCount } = await stack.catalog.query(
      `select from schema_saga.audit where action = 'submit' and operation_id like 'same-%'`,
    )
    expect(rowCount).toBe(3)
  }, 60_000)

  test('A7: with the same id and another content: one of them is refused, and nothing of it happens', async () => {
    for (let round = 1; round <= 5; round += 1) {
      const submit = (client: SchemaSagaClient, label: string) =>
        client.apply('bar', field(`${label} ${round}`), { operationId: `other-${round}` })
      const both = await Promise.allSettled([submit(stack.client, 'Left'), submit(other, 'Right')])
      const refused = both.filter((each) => each.status === 'rejected')
      expect(refused).toHaveLength(1)
      expect(refused[0]?.reason).toMatchObject({ code: 'IDEMPOTENCY_CONFLICT' })
      const kept = both[0]?.status === 'fulfilled' ? 'left' : 'right'
      await (await stack.client.operation(`other-${round}`)).result()
      const { schema } = await stack.client.showSchema('bar')
      const names = schema.models[0]?.fields.map(({ identifier }) => identifier) ?? []
      expect(names.filter((name) => name.endsWith(`_${round}`) && !name.startsWith('same'))).toEqual([
        `${kept}_${round}`,
      ])
    }
  }, 60_000)

  test('A39: two fields on one model are both there in the end, in every target', async () => {
    const before = await stack.client.showProject('cafe')
    const [name, seat] = await Promise.all([stack.client.run('cafe', field('Name')), other.run('cafe', field('Seat'))])
    expect([name.revision, seat.revision].sort()).toEqual([before.revision + 1, before.revision + 2])
    const { schema } = await stack.client.showSchema('cafe')
    const names = schema.models[0]?.fields.map(({ identifier }) => identifier)
    expect(names).toEqual(expect.arrayContaining(['name', 'seat']))
    const shapes = await shapesOfProject('cafe')
    expect(shapes).toHaveLength(1)
    expect(shapes[0]).toMatch(/guest: column name text/)
    expect(shapes[0]).toMatch(/guest: column seat text/)
  }, 60_000)

  test('A41: of two projects neither waits for the other', async () => {
    const letGo = await holdBack('cafe')
    const slow = await stack.client.apply('cafe', field('Table'), { operationId: 'slow' })
    await expect.poll(async () => (await slow.show()).status, { timeout: 30_000 }).toBe('applying')
    const quick = await stack.client.run('bar', field('Table'), { operationId: 'quick' })
    expect(quick).toMatchObject({ status: 'committed', waits_for: null })
    expect(await slow.show()).toMatchObject({ status: 'applying', waits_for: null })
    await letGo()
    expect((await slow.result()).status).toBe('committed')
  }, 60_000)
})

describe.concurrent('the turn', () => {
  test('a holder whose run was terminated is started again by the one who waits, and both commit', async () => {
    const letGo = await holdBack('deli')
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
  }, 180_000)

  test('a signal to one whose run was terminated is lost; the one behind it finds that out, and all commit', async () => {
    const letGo = await holdBack('pub')
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
  }, 180_000)
})
