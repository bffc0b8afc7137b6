/** A fleet whose DDL takes its time, so that servers can be restarted in the middle of its operation, and how that may end. */
import type pg from 'pg'
import { expect } from 'vitest'
import type { OperationHandle } from '../../src/client.ts'
import { createFleet, dumpFleet, markersOf, type Place, placesOf, shapesOf } from './fleet.ts'
import { alterations, slowDown } from './slowDdl.ts'
import { createStack, type OwnServers, type Stack } from './stack.ts'

const TENANTS = ['ada', 'bob', 'cleo', 'dan', 'eve', 'fay']

/** The change that the tests interrupt, as operation `card`. */
export const CARD = { type: 'add_field', model_name: 'guest', field_label: 'Card', field_type: 'text' }

export interface SlowFleet {
  readonly stack: Stack
  /** Its targets by sessions from now; whoever asks ends them. */
  readonly places: () => Promise<Place[]>
}

/** A fleet of one more model, whose DDL takes its time; both servers of its tenants are one database. */
export async function createSlowFleet(own: OwnServers): Promise<SlowFleet> {
  const stack = await createStack(own)
  await stack.startWorker({ quick: true })
  await createFleet(stack, 'inn', TENANTS)
  await stack.client.run('inn', { type: 'create_model', name: 'guest' })
  await slowDown(stack.alpha, 0.2)
  const places = async (): Promise<Place[]> => {
    // The sessions from before a restart are dead.
    const alpha = await stack.connectAlpha()
    return placesOf({ alpha, beta: stack.beta }, 'inn', TENANTS)
  }
  return { stack, places }
}

export async function end(places: readonly Place[]): Promise<void> {
  await places[0]?.client.end()
}

/** Resolves once the operation's markers of that state are `count` on alpha. */
export async function untilMarkers(stack: Stack, state: string, count: number): Promise<void> {
  const sql = `select count(*)::int as n from schema_saga_target.marker where operation_id = 'card' and state = $1`
  const ask = async () => (await stack.alpha.query<{ n: number }>(sql, [state])).rows[0]?.n
  await expect.poll(ask, { timeout: 60_000, interval: 20 }).toBeGreaterThanOrEqual(count)
}

export async function expectCommitted(handle: OperationHandle, places: readonly Place[]): Promise<void> {
  expect(await handle.result()).toMatchObject({ status: 'committed', tenants: { succeeded: TENANTS.length } })
  expect(await shapesOf(places)).toHaveLength(1)
  for (const place of places) expect(await markersOf(place, 'card')).toEqual([{ stage: 1, state: 'applied' }])
  // The base and every second tenant are on alpha.
  const alpha = places[0]?.client as pg.Client
  expect(await alterations(alpha)).toEqual({ objects: 1 + TENANTS.length / 2, most: 1 })
}

export async function expectUndone(handle: OperationHandle, places: readonly Place[], before: unknown): Promise<void> {
  await expect(handle.result()).rejects.toMatchObject({ operation: { status: 'failed' } })
  expect(await dumpFleet(places)).toEqual(before)
  for (const place of places) {
    for (const { state } of await markersOf(place, 'card')) expect(state).toBe('compensated')
  }
}
