import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connectSchemaSaga } from '../../../src/client.ts'
import { readConfig } from '../../../src/config.ts'
import type { TestClient } from '../../fixtures/testClient.ts'
import { copyProject } from '../copyProject.ts'
import { createFleet, holdBack, placesOf, shapesOf } from '../fleet.ts'
import { createStack, type Stack } from '../stack.ts'

const TENANTS = ['ada', 'bob']
let stack: Stack
let other: TestClient
beforeAll(async () => {
  stack = await createStack()
  // Whoever waits for its turn looks again after a second instead of a minute.
  await stack.startWorker({ quick: true })
  other = await connectSchemaSaga({ config: readConfig(stack.env) })
  await createFleet(stack, 'club', TENANTS)
  await stack.client.run('club', { type: 'create_model', name: 'guest' })
  const projects = ['bar', 'bistro', 'cafe', 'kiosk', 'tavern']
  await copyProject({ stack, project: 'club', tenants: TENANTS }, projects)
})
afterAll(async () => {
  await other?.close()
  await stack?.stop()
})

const field = (field_label: string) => ({ type: 'add_field', model_name: 'guest', field_label, field_type: 'text' })
const shapesOfProject = (project: string) => shapesOf(placesOf(stack, project, TENANTS))

/** No operation of the project comes past ada. */
const holdAda = (project: string) => holdBack(stack, `${project}_ada.guest`)

describe('two at the same moment', () => {
  test('A7: with the same id and the same content are one operation, which both see', async () => {
    for (let round = 1; round <= 3; round += 1) {
      const submit = (client: TestClient) =>
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
  })

  test('A7: with the same id and another content: one of them is refused, and nothing of it happens', async () => {
    for (let round = 1; round <= 5; round += 1) {
      const submit = (client: TestClient, label: string) =>
        client.apply('bistro', field(`${label} ${round}`), { operationId: `other-${round}` })
      const both = await Promise.allSettled([submit(stack.client, 'Left'), submit(other, 'Right')])
      const refused = both.filter((each) => each.status === 'rejected')
      expect(refused).toHaveLength(1)
      expect(refused[0]?.reason).toMatchObject({ code: 'IDEMPOTENCY_CONFLICT' })
      const kept = both[0]?.status === 'fulfilled' ? 'left' : 'right'
      await (await stack.client.operation(`other-${round}`)).result()
      const { schema } = await stack.client.showSchema('bistro')
      const names = schema.models[0]?.fields.map(({ identifier }) => identifier) ?? []
      expect(names.filter((name) => name.endsWith(`_${round}`))).toEqual([`${kept}_${round}`])
    }
  })

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
  })

  test('A41: of two projects neither waits for the other', async () => {
    const letGo = await holdAda('kiosk')
    const slow = await stack.client.apply('kiosk', field('Table'), { operationId: 'slow' })
    await expect.poll(async () => (await slow.show()).status, { timeout: 30_000 }).toBe('applying')
    const quick = await stack.client.run('tavern', field('Table'), { operationId: 'quick' })
    expect(quick).toMatchObject({ status: 'committed', waits_for: null })
    expect(await slow.show()).toMatchObject({ status: 'applying', waits_for: null })
    await letGo()
    expect((await slow.result()).status).toBe('committed')
  })
})
