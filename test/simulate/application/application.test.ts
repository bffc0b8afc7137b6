import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { drawn } from '../../faults/draw.ts'
import { checkLaws } from '../laws/index.ts'
import type { ShadowedApplication } from './application.ts'
import { startApplication } from './application.ts'
import { type FleetWorld, openFleetWorld } from './fleetWorld.ts'
import { written as writtenCell } from './shadow.ts'

const MODEL = [
  { type: 'create_model', name: 'food', single_word: true },
  { type: 'create_model', name: 'chef', single_word: true },
  { type: 'add_field', model_name: 'food', field_label: 'Name', field_type: 'text' },
  { type: 'add_field', model_name: 'food', field_label: 'Price', field_type: 'number', input_type: 'int' },
  { type: 'add_field', model_name: 'food', field_label: 'Origin', field_type: 'object' },
  { type: 'add_field', model_name: 'food', field_label: 'Town', field_type: 'text', parent_field: 'origin' },
  { type: 'add_field', model_name: 'chef', field_label: 'Title', field_type: 'text' },
]

const op = (operation: string, more: object) => ({
  type: 'model_field_operation',
  operation,
  model_name: 'food',
  ...more,
})
const up = { move_type: 'child_to_parent', new_position: 1 }

let world: FleetWorld
let application: ShadowedApplication

beforeEach(async () => {
  world = await openFleetWorld(['a', 'b'])
  await world.run({ type: 'publish_schema_changeset', mutations: MODEL })
  application = (await startApplication(world.world)) as ShadowedApplication
})

afterEach(async () => {
  await application.stop()
  await world.close()
})

/** Until each tenant has written so often since now. */
async function written(times: number): Promise<void> {
  const before = application.tenants().map(({ shadow }) => shadow.writes)
  const after = (): boolean =>
    application.tenants().every(({ shadow }, index) => shadow.writes >= (before[index] ?? 0) + times)
  await expect.poll(after, { timeout: 20_000 }).toBe(true)
}

const CHANGES = [
  ['a rename of the table', { type: 'rename_model', model_name: 'chef', new_name: 'cook', single_word: true }],
  ['a change of type', op('change_type', { field_name: 'price', changed_type: 'text' })],
  ['a key that is moved up', op('move', { field_name: 'town', parent_field: 'origin', ...up })],
  ['a field that is deleted', op('delete', { field_name: 'name' })],
  ['a table that is deleted', { type: 'delete_model', model_name: 'chef' }],
] as const

describe('the application', () => {
  const tried = drawn(CHANGES, { story: 'values', most: 2, kindOf: ([name]) => name })
  it.each(tried)('finds all its values again after %s, undone and then committed', async (_, mutation) => {
    await written(12)
    await world.run(mutation, 'undo')
    expect(await checkLaws(world.world, application, 'step')).toEqual([])
    await world.run(mutation)
    await written(4)
    expect(await checkLaws(world.world, application, 'step')).toEqual([])
  })

  it('misses a value that somebody else has overwritten', async () => {
    await written(8)
    const overwritten = await application.whilePaused(async () => {
      const { rows } = await world.fleet.alpha.query<{ id: string }>(
        `update shop_a.food set name = 'gone' where id = (select id from shop_a.food where name <> 'gone' limit 1) returning id`,
      )
      return rows[0]?.id
    })
    const [found] = await checkLaws(world.world, application, 'step')
    expect(found).toMatchObject({ law: 'lost-value', kind: 'value' })
    expect(found?.detail).toContain(`row ${overwritten}`)
  })

  it('misses what was written to a field that never came and that an undo dropped all the same', async () => {
    await written(8)
    const [tenant] = application.tenants()
    const [model, rows] = [...(tenant?.shadow.rows ?? [])].find(([, each]) => each.size > 0) ?? []
    const [, row] = [...(rows ?? [])].find(([, { sure }]) => sure) ?? []
    row?.cells.set('never/', writtenCell({ kind: 'text', value: 'soup' }, 'never', 1))
    const found = await checkLaws(world.world, application, 'step')
    expect(found).toMatchObject([{ law: 'lost-value', kind: 'hidden-value' }])
    expect(found[0]?.detail).toContain(`"soup" of ${model}`)
  })

  it('reports a statement that fails because of a change that no operation announced', async () => {
    await written(4)
    await world.fleet.alpha.query('alter table shop_a.food rename column price to cost')
    await expect
      .poll(() => application.violations().map(({ kind }) => kind), { timeout: 20_000 })
      .toContain('unannounced')
  })

  it('reports a statement that stands behind a session of ours', async () => {
    await written(4)
    const ours = await world.connectAlpha('saga/0/0/0')
    await ours.query('begin; lock table shop_a.food, shop_a.chef in access exclusive mode')
    await expect.poll(() => application.violations().length === 0 && standing(), { timeout: 5_000 }).toBe(true)
    await sleep(6_000)
    await ours.end()
    await expect.poll(() => application.violations().map(({ kind }) => kind), { timeout: 20_000 }).toContain('stall')
  })
})

/** Whether a statement of the application waits for a lock. */
async function standing(): Promise<boolean> {
  const { rows } = await world.fleet.alpha.query<{ stands: boolean }>(
    `select exists (select from pg_stat_activity where application_name = 'application' and wait_event_type = 'Lock'
                       and datname = current_database()) as stands`,
  )
  return rows[0]?.stands ?? false
}
