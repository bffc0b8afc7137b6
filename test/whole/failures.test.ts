import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { dumpFleet, markersOf, type Place } from './fleet.ts'
import { freeze, thaw } from './freeze.ts'
import { apply, createStack, type Stack } from './stack.ts'

const TENANTS = ['ada', 'bob', 'cleo']
let stack: Stack
let places: Place[]
beforeAll(async () => {
  stack = await createStack()
  await stack.startWorker()
  await stack.client.createProject({ id: 'deli', base: { server: 'alpha', namespace: 'deli_base' } })
  for (const id of TENANTS) await stack.client.addTenant('deli', { id, server: 'alpha' })
  places = ['base', ...TENANTS].map((name) => ({ name, namespace: `deli_${name}`, client: stack.alpha }))
  await stack.client.run('deli', { type: 'create_model', name: 'guest' })
  await stack.client.run('deli', { type: 'add_field', model_name: 'guest', field_label: 'Name', field_type: 'text' })
  for (const { namespace } of places) await stack.alpha.query(`insert into ${namespace}.guest values ('g1', 'Rosa')`)
  await stack.alpha.query("insert into deli_bob.guest values ('g2', 'Nils')")
}, 120_000)
afterAll(async () => {
  await stack?.stop()
})

const CARD = { type: 'add_field', model_name: 'guest', field_label: 'Card Number', field_type: 'text' }

const markers = (operationId: string) => Promise.all(places.map((place) => markersOf(place, operationId)))
const COMPENSATED = [{ stage: 1, state: 'compensated' }]

describe('a change that one tenant cannot take', () => {
  test('A10: leaves every target as it was, with all rows, and the third tenant untouched', async () => {
    const before = await dumpFleet(places)
    await freeze(stack.alpha, 'deli_bob')
    const result = await apply(stack, 'deli', CARD, '--id', 'card-1', '--parallel', '1')
    expect(result.exitCode).toBe(4)
    expect(result.json().operation).toMatchObject({
      status: 'failed',
      error: expect.stringMatching(/^tenant schema propagation: tenant bob: /),
      error_code: 'TARGET_DRIFTED',
      tenants: { compensated: 1, failed: 1, pending: 1 },
      problems: [{ tenant: 'bob', state: 'failed', error_code: 'TARGET_DRIFTED' }],
    })
    expect(await dumpFleet(places)).toEqual(before)
    expect(await markers('card-1')).toEqual([COMPENSATED, COMPENSATED, COMPENSATED, []])
  })

  test('no row value is in the error, the ledger or the history of it', async () => {
    const { operation, steps } = await (await stack.client.operation('card-1')).history()
    expect(JSON.stringify([operation, steps])).not.toMatch(/Rosa|Nils|g2/)
  })

  test('the catalog still has the revision from before, and the next change goes through', async () => {
    const { revision } = await stack.client.showProject('deli')
    expect(revision).toBe(2)
    await thaw(stack.alpha, 'deli_bob')
    const operation = await stack.client.run('deli', CARD)
    expect(operation).toMatchObject({ status: 'committed', base_revision: 2, revision: 3 })
  })

  test('a column that somebody filled before the undo is set aside, not dropped', async () => {
    await freeze(stack.alpha, 'deli_bob')
    // Cleo is held, so that ada has the new column while the operation still runs.
    await stack.alpha.query('begin; lock table deli_cleo.guest in access share mode')
    const mutation = { ...CARD, field_label: 'Seat' }
    const handle = await stack.client.apply('deli', mutation, { operationId: 'seat-1' })
    await expect.poll(async () => (await handle.show()).tenants.failed, { timeout: 30_000 }).toBe(1)
    const side = await stack.connectAlpha()
    await side.query("update deli_ada.guest set seat = 'window'")
    await stack.alpha.query('rollback')
    await expect(handle.result()).rejects.toMatchObject({ code: 'TARGET_DRIFTED' })
    await thaw(stack.alpha, 'deli_bob')
    const { rows } = await side.query<{ row: Record<string, string> }>(
      'select to_jsonb(t) as row from deli_ada.guest t',
    )
    const kept = Object.entries(rows[0]?.row ?? {}).find(([name]) => name.startsWith('_aside_'))
    expect(kept?.[1]).toBe('window')
    expect(rows[0]?.row).not.toHaveProperty('seat')
    await side.end()
  }, 90_000)
})

describe('failures before any tenant', () => {
  test('A9: a base that fails touches no tenant and no system row', async () => {
    await freeze(stack.alpha, 'deli_base')
    const before = await dumpFleet(places)
    const { revision } = await stack.client.showProject('deli')
    const result = await apply(stack, 'deli', { ...CARD, field_label: 'Locker' }, '--id', 'locker-1')
    expect(result.exitCode).toBe(4)
    expect(result.json().operation).toMatchObject({
      status: 'failed',
      error: expect.stringMatching(/^base project schema DDL: /),
      tenants: { pending: 3 },
    })
    expect((await stack.client.showProject('deli')).revision).toBe(revision)
    expect(await dumpFleet(places)).toEqual(before)
    expect(await markers('locker-1')).toEqual([COMPENSATED, [], [], []])
    await thaw(stack.alpha, 'deli_base')
  })

  test('P1: preflight names every drifted target before anything is changed', async () => {
    await stack.alpha.query('alter table deli_ada.guest add column extra int')
    await stack.alpha.query('alter table deli_cleo.guest drop column name')
    const before = await dumpFleet(places)
    const mutation = { type: 'add_field', model_name: 'guest', field_label: 'Note', field_type: 'text' }
    const result = await apply(stack, 'deli', mutation, '--id', 'note-1')
    expect(result.exitCode).toBe(4)
    const { error, tenants, problems } = result.json().operation as {
      error: string
      tenants: unknown
      problems: { tenant: string }[]
    }
    expect(error).toMatch(/^preflight: tenant ada: .*guest\.extra is extra.*; tenant cleo: .*guest\.name is missing/)
    expect(tenants).toMatchObject({ failed: 2, pending: 1 })
    expect(problems.map((problem) => problem.tenant)).toEqual(['ada', 'cleo'])
    expect(await dumpFleet(places)).toEqual(before)
    expect(await markers('note-1')).toEqual([[], [], [], []])
  })
})
