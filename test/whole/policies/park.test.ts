import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { dumpFleet, shapesOf } from '../fleet.ts'
import { freeze, thaw } from '../freeze.ts'
import { createGuestStack, type GuestFleet, type GuestStack } from '../guestFleet.ts'
import { succeed } from '../stack.ts'

let guests: GuestStack
let fleet: GuestFleet
beforeAll(async () => {
  guests = await createGuestStack('pub')
})
afterAll(async () => {
  await guests?.stack.stop()
})
beforeEach(async () => {
  fleet = await guests.fleet()
})

const PARK = ['--on-tenant-failure', 'park', '--max-parked', '1']

describe('policy park', () => {
  test('F2p, A12: a tenant that fails is left behind at the old revision, and listed; the rest is committed', async () => {
    const { stack, places } = fleet
    await freeze(stack.alpha, `${fleet.project}_bob`)
    const result = await fleet.add('name-1', ...PARK)
    expect(result.exitCode).toBe(5)
    expect(result.json().operation).toMatchObject({
      status: 'committed',
      revision: 2,
      error: null,
      tenants: { total: 3, succeeded: 2, parked: 1 },
      problems: [{ tenant: 'bob', state: 'parked', error_code: 'STATEMENT_REFUSED' }],
    })
    expect(await fleet.tenant('bob')).toMatchObject({
      state: 'parked',
      cause: 'failure',
      revision: 1,
      changed: 'no',
      parked_by: 'name-1',
      reason: expect.stringContaining('frozen because of guest g2, Nils'),
    })
    expect(await fleet.markers('name-1')).toEqual([['applied'], ['applied'], ['compensated'], ['applied']])
    expect(await shapesOf(places.filter(({ name }) => name !== 'bob'))).toHaveLength(1)
    expect(await fleet.steps('name-1')).toMatchObject({ system_schema: 'succeeded', cache: 'succeeded' })
    expect(await fleet.audit('name-1')).toContainEqual(
      expect.objectContaining({ action: 'park_tenant', actor: 'schema-saga' }),
    )
  })

  test('what was parked takes no part in the next change, and is brought up over both', async () => {
    const { stack, places } = fleet
    await freeze(stack.alpha, `${fleet.project}_bob`)
    await fleet.add('street-1', ...PARK)
    const next = await fleet.add('email-1')
    expect(next.exitCode).toBe(0)
    expect(next.json().operation).toMatchObject({ tenants: { total: 2, succeeded: 2 } })
    await thaw(stack.alpha, `${fleet.project}_bob`)
    await succeed(stack, ['tenant', 'unpark', fleet.project, 'bob'])
    expect(await fleet.tenant('bob')).toMatchObject({ state: 'active', revision: 3, changed: null })
    expect(await shapesOf(places)).toHaveLength(1)
  })

  test('F2m: with more than may be parked, all are undone', async () => {
    const { stack, places } = fleet
    const before = await dumpFleet(places)
    await freeze(stack.alpha, `${fleet.project}_ada`)
    await freeze(stack.alpha, `${fleet.project}_bob`)
    const result = await fleet.add('seat-1', ...PARK)
    expect(result.exitCode).toBe(4)
    expect(result.json().operation).toMatchObject({
      status: 'failed',
      error: expect.stringMatching(/^tenant schema propagation: /),
      tenants: { parked: 0 },
    })
    for (const id of ['ada', 'bob', 'cleo']) expect(await fleet.tenant(id)).toMatchObject({ state: 'active' })
    expect(await dumpFleet(places)).toEqual(before)
    expect((await fleet.markers('seat-1')).flat()).not.toContain('applied')
    await thaw(stack.alpha, `${fleet.project}_ada`)
    await thaw(stack.alpha, `${fleet.project}_bob`)
  })

  test('P2: what preflight refuses is parked, without a try', async () => {
    const { stack, places } = fleet
    await stack.alpha.query(`alter table ${fleet.project}_cleo.guest add column extra int`)
    const result = await fleet.add('phone-1', ...PARK)
    expect(result.exitCode).toBe(5)
    expect(result.json().operation).toMatchObject({ status: 'committed', tenants: { succeeded: 2, parked: 1 } })
    expect(await fleet.tenant('cleo')).toMatchObject({
      state: 'parked',
      cause: 'failure',
      changed: 'no',
      reason: expect.stringContaining('guest.extra is extra'),
    })
    expect((await fleet.markers('phone-1'))[3]).toEqual([])
    await stack.alpha.query(`alter table ${fleet.project}_cleo.guest drop column extra`)
    await succeed(stack, ['tenant', 'unpark', fleet.project, 'cleo'])
    expect(await shapesOf(places)).toHaveLength(1)
  })

  test('P2: with more than may be parked, nothing is changed', async () => {
    const { stack, places } = fleet
    for (const id of ['ada', 'cleo'])
      await stack.alpha.query(`alter table ${fleet.project}_${id}.guest add column extra int`)
    const before = await dumpFleet(places)
    const result = await fleet.add('note-1', ...PARK)
    expect(result.exitCode).toBe(4)
    expect(result.json().operation).toMatchObject({
      status: 'failed',
      error: expect.stringMatching(/^preflight: tenant ada: .*; tenant cleo: /),
    })
    expect(await dumpFleet(places)).toEqual(before)
    expect((await fleet.markers('note-1')).flat()).toEqual([])
    for (const id of ['ada', 'cleo'])
      await stack.alpha.query(`alter table ${fleet.project}_${id}.guest drop column extra`)
  })
})
