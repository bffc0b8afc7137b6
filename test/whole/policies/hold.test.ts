import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest'
import { dumpFleet, shapesOf } from '../fleet.ts'
import { freeze, thaw } from '../freeze.ts'
import { createGuestStack, type GuestFleet, type GuestStack } from '../guestFleet.ts'
import { succeed } from '../stack.ts'

let guests: GuestStack
let fleet: GuestFleet
beforeAll(async () => {
  guests = await createGuestStack('motel')
})
afterAll(async () => {
  await guests?.stack.stop()
})
beforeEach(async () => {
  fleet = await guests.fleet()
})

const repair = (id: string, action: string) =>
  succeed(fleet.stack, ['operation', 'repair', id, '--action', action, '--actor', 'rosa', '--note', 'why not'])

/** As from the Web UI, or with Temporal's own command. */
const signal = (id: string, input: string) =>
  promisify(execFile)(inject('temporalCliPath'), [
    'workflow',
    'signal',
    '--workflow-id',
    `schema/${fleet.project}/${id}`,
    '--name',
    'repair',
    '--input',
    input,
    '--address',
    fleet.stack.env.TEMPORAL_ADDRESS as string,
    '--namespace',
    fleet.stack.env.TEMPORAL_NAMESPACE as string,
  ])

/** An operation that is held because bob refuses DDL; bob is thawed again. */
async function held(id: string): Promise<void> {
  await freeze(fleet.stack.alpha, `${fleet.project}_bob`)
  const result = await fleet.add(id, '--on-tenant-failure', 'hold', '--parallel', '1')
  await thaw(fleet.stack.alpha, `${fleet.project}_bob`)
  expect(result.exitCode).toBe(5)
  expect(result.json().operation).toMatchObject({
    status: 'needs_repair',
    error_code: 'HELD',
    error: expect.stringMatching(/^held: /),
    tenants: { succeeded: 1, failed: 1, pending: 1 },
  })
  expect(await fleet.steps(id)).toMatchObject({ base_project_ddl: 'succeeded', system_schema: 'pending' })
  const { operations } = (await succeed(fleet.stack, ['repairable', fleet.project, '--json'])).json() as unknown as {
    operations: { id: string }[]
  }
  expect(operations.map((operation) => operation.id)).toEqual([id])
}

const ended = async (id: string) => (await fleet.stack.cli(['operation', 'watch', id, '--json'])).json().operation

async function reaches(id: string, status: string): Promise<void> {
  await fleet.reaches(await fleet.stack.client.operation(id), status)
}

describe('policy hold, F2h: a person decides', () => {
  test('retry goes on forward, as attempt 2', async () => {
    await held('name-1')
    await repair('name-1', 'retry')
    await reaches('name-1', 'committed')
    expect(await ended('name-1')).toMatchObject({ attempt: 2, error: null, tenants: { succeeded: 3 } })
    expect(await fleet.markers('name-1')).toEqual([['applied'], ['applied'], ['applied'], ['applied']])
    expect(await fleet.audit('name-1')).toContainEqual({
      actor: 'rosa',
      action: 'repair_retry',
      details: expect.objectContaining({ note: 'why not' }),
    })
  })

  test('park leaves the failed ones behind, and goes on', async () => {
    await held('seat-1')
    await signal('seat-1', '{"action":"park","actor":"rosa","note":"why not"}')
    await reaches('seat-1', 'committed')
    expect(await ended('seat-1')).toMatchObject({ attempt: 1, tenants: { succeeded: 2, parked: 1 } })
    expect(await fleet.tenant('bob')).toMatchObject({ state: 'parked', cause: 'operator', changed: 'no' })
    await succeed(fleet.stack, ['tenant', 'unpark', fleet.project, 'bob'])
    expect(await shapesOf(fleet.places)).toHaveLength(1)
  })

  test('compensate undoes everything, and ends failed', async () => {
    const before = await dumpFleet(fleet.places)
    await held('room-1')
    await repair('room-1', 'compensate')
    await reaches('room-1', 'failed')
    expect(await ended('room-1')).toMatchObject({
      error: expect.stringMatching(/^tenant schema propagation: /),
      tenants: { compensated: 1, failed: 1, pending: 1 },
    })
    expect(await dumpFleet(fleet.places)).toEqual(before)
  })

  test('abort undoes everything, and ends cancelled', async () => {
    const before = await dumpFleet(fleet.places)
    await held('floor-1')
    const aborted = await fleet.stack.cli(['operation', 'abort', 'floor-1', '--reason', 'wrong', '--json'])
    expect(aborted.exitCode).toBe(0)
    expect(aborted.json().operation).toMatchObject({ status: 'cancelled', error_code: 'ABORTED' })
    expect(await dumpFleet(fleet.places)).toEqual(before)
  })

  test('accept makes no sense there: it is refused, as a Signal it is on record as ignored, and the operation stays held', async () => {
    await held('key-1')
    const refused = await fleet.stack.cli(['operation', 'repair', 'key-1', '--action', 'accept', '--json'])
    expect([refused.exitCode, refused.json().error?.code]).toEqual([3, 'NOT_APPLICABLE'])
    const shown = async () =>
      (await fleet.stack.cli(['operation', 'show', 'key-1', '--json'])).json().operation?.refused
    await signal('key-1', '{"action":"accept","actor":"web"}')
    await expect
      .poll(shown, { timeout: 20_000 })
      .toMatchObject({ actor: 'web', text: expect.stringMatching(/nothing is being undone/) })
    await signal('key-1', '{"action":"retry","note":"pasted \\u0000 text"}')
    await expect
      .poll(shown, { timeout: 20_000 })
      .toMatchObject({ text: expect.stringMatching(/^note: a text without NUL/) })
    expect((await fleet.audit('key-1')).map(({ action }) => action)).toContain('repair_ignored')
    await reaches('key-1', 'needs_repair')
    const paused = await fleet.stack.cli(['operation', 'pause', 'key-1', '--json'])
    expect([paused.exitCode, paused.json().error?.code]).toEqual([3, 'NOT_APPLICABLE'])
    const nobody = await fleet.stack.cli(['operation', 'retry-tenants', 'key-1', 'cleo', '--json'])
    expect([nobody.exitCode, nobody.json().error?.code]).toEqual([3, 'NOT_APPLICABLE'])
    await succeed(fleet.stack, ['operation', 'retry-tenants', 'key-1', 'bob', '--reason', 'thawed', '--actor', 'rosa'])
    await reaches('key-1', 'committed')
    expect(await shapesOf(fleet.places)).toHaveLength(1)
  })
})
