import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Mutation } from '../../../src/logical/mutations/index.ts'
import { dumpAll } from '../../fixtures/dump.ts'
import { columnsOf, markersOf, openFleet, type TestFleet } from '../fleet.ts'
import { connectTwo } from './connectTwo.ts'
import { field, openShop, RETYPE, type Shop, valuesOf } from './shop.ts'

let fleet: TestFleet
beforeAll(async () => {
  fleet = await openFleet()
})
afterAll(async () => {
  await fleet?.close()
})

async function insert({ food }: Shop, rows: readonly (readonly [string, string | null])[]): Promise<void> {
  for (const row of rows) await fleet.client.query(`insert into ${food} (id, stock) values ($1, $2)`, [...row])
}

async function driftOf({ target }: Shop): Promise<string[]> {
  const { rows } = await fleet.client.query<{ line: string }>(
    `select object || ': ' || what || ' (' || rows_in_the_way || ')' as line from schema_saga_target.drift
      where namespace = $1 order by id`,
    [target.namespace],
  )
  return rows.map(({ line }) => line)
}

/** Stops when all rows are copied, before old and new change places. */
async function copyOnly(shop: Shop): Promise<void> {
  const stop = new AbortController()
  await expect(shop.forward({ signal: stop.signal, report: () => stop.abort() })).rejects.toThrow()
}

describe('values that do not fit', () => {
  test('one that is written after the questions were asked refuses the change of places, and no write fails', async () => {
    const shop = await openShop(fleet, 'late misfit', [field('Stock')], RETYPE)
    await insert(shop, [
      ['a', '1'],
      ['b', '2'],
    ])
    await shop.preflight()
    await insert(shop, [['c', 'three']])
    const before = await dumpAll(fleet.client, 'late misfit')
    await expect(shop.forward()).rejects.toMatchObject({
      name: 'DataRejected',
      code: 'DATA_REJECTED',
      message: expect.stringContaining('1 row(s) of food hold a value that does not fit (ids c)'),
    })
    await insert(shop, [['d', 'four']])
    await shop.back()
    await fleet.client.query(`delete from ${shop.food} where id = 'd'`)
    expect(await dumpAll(fleet.client, 'late misfit')).toBe(before)
  })

  test("one that was mended meanwhile, or whose row is gone, is in nobody's way", async () => {
    const shop = await openShop(fleet, 'mended misfit', [field('Stock')], RETYPE)
    await insert(shop, [
      ['a', 'one'],
      ['b', 'two'],
      ['c', '3'],
    ])
    await copyOnly(shop)
    await fleet.client.query(`update ${shop.food} set stock = '1' where id = 'a'`)
    await fleet.client.query(`delete from ${shop.food} where id = 'b'`)
    await shop.forward()
    expect(await valuesOf(fleet.client, shop, 'stock')).toEqual({ a: 1, c: 3 })
  })

  test('the other way round it stays in a column that is set aside, because the old one cannot hold it', async () => {
    const toText = { ...RETYPE, changed_type: 'text' } as Mutation
    const shop = await openShop(fleet, 'backward misfit', [field('Stock', { field_type: 'number' })], toText)
    await insert(shop, [
      ['a', '1'],
      ['b', '2'],
    ])
    await shop.forward()
    await fleet.client.query(`update ${shop.food} set stock = 'a dozen' where id = 'b'`)
    const undone = await shop.back()
    expect(undone.setAside).toEqual([expect.stringMatching(/^food\._aside_op_\d+_stock_e0$/)])
    expect(await valuesOf(fleet.client, shop, 'stock')).toEqual({ a: 1, b: null })
    const kept = (await columnsOf(fleet, 'backward misfit')).find((name) => name.startsWith('_aside_'))
    expect(await valuesOf(fleet.client, shop, `${kept}`)).toEqual({ a: '1', b: 'a dozen' })
  })
})

describe('rules that rows written meanwhile break', () => {
  const update = (validation: Record<string, unknown>): Mutation =>
    ({ type: 'add_field', is_update: true, model_name: 'food', field_label: 'stock', validation }) as Mutation

  test('a unique that was given up and cannot come back stays off, and is noted', async () => {
    const before = [field('Stock', { validation: { unique: true } })]
    const shop = await openShop(fleet, 'lost unique', before, update({ unique: false }))
    await insert(shop, [['a', '1']])
    await shop.forward()
    await insert(shop, [['b', '1']])
    await shop.back()
    expect(await valuesOf(fleet.client, shop, 'stock')).toEqual({ a: '1', b: '1' })
    expect(await driftOf(shop)).toEqual(['food: food_stock_key: UNIQUE stays off (2)'])
  })

  test('NOT NULL comes back with the default in the empty places', async () => {
    const before = [field('Stock', { validation: { required: true, default: 'none' } })]
    const shop = await openShop(fleet, 'filled again', before, update({ required: false }))
    await shop.forward()
    await insert(shop, [['a', null]])
    await shop.back()
    expect(await valuesOf(fleet.client, shop, 'stock')).toEqual({ a: 'none' })
    expect(await driftOf(shop)).toEqual([])
  })

  test('a fixed list holds for new rows only, when an old one is outside', async () => {
    const before = [field('Stock', { field_type: 'list', validation: { fixed_list_elements: ['a', 'b'] } })]
    const shop = await openShop(fleet, 'lost check', before, update({ fixed_list_elements: ['a', 'c'] }))
    await shop.forward()
    await insert(shop, [['x', 'c']])
    await shop.back()
    expect(await driftOf(shop)).toEqual(['food: food_stock_check: CHECK holds for new rows only (1)'])
    await expect(insert(shop, [['y', 'c']])).rejects.toMatchObject({ code: '23514' })
  })

  test('a foreign key does, when a record it points to is gone', async () => {
    const { shop, order } = await connectTwo(fleet, 'lost peer')
    await shop.forward()
    await fleet.client.query(`delete from ${order} where id = 'o1'`)
    await shop.back()
    expect(await valuesOf(fleet.client, shop, 'order_id')).toEqual({ f1: 'o1' })
    expect(await driftOf(shop)).toEqual(['food: food_order_id_fkey: FOREIGN KEY holds for new rows only (1)'])
  })
})

describe('a backfill that is interrupted', () => {
  const ROWS = 3_500

  test('goes on where it stopped, when its session is gone, and writes no row twice', async () => {
    const shop = await openShop(fleet, 'resumed', [field('Stock')], RETYPE)
    await fleet.client.query(
      `insert into ${shop.food} (id, stock) select 'r' || lpad(n::text, 6, '0'), n::text from generate_series(1, ${ROWS}) n;
       create table "resumed".writes (id text);
       create function "resumed".note() returns trigger language plpgsql as
         'begin insert into "resumed".writes values (new.id); return null; end';
       create trigger note after update on ${shop.food} for each row execute function "resumed".note()`,
    )
    const reports: number[] = []
    const killed = shop.forward({
      report: ({ rows }) => {
        reports.push(rows)
        if (reports.length === 1) void killOthers()
      },
    })
    await expect(killed).rejects.toMatchObject({ name: 'TargetUnreachable' })
    expect(await markersOf(fleet, 'resumed')).toEqual(['0/1 applied', '0/2 started'])
    const resumed: number[] = []
    await shop.forward({ report: ({ rows }) => resumed.push(rows) })
    expect(resumed[0]).toBeGreaterThan(reports[0] ?? 0)
    expect(resumed.at(-1)).toBe(ROWS)
    const { rows } = await fleet.client.query(
      'select count(*)::int as all, count(distinct id)::int as rows from "resumed".writes',
    )
    expect(rows[0]).toEqual({ all: ROWS, rows: ROWS })
  })

  test('is undone from wherever it stopped', async () => {
    const fill = { type: 'add_field', is_update: true, model_name: 'food', field_label: 'stock' } as const
    const mutation = { ...fill, validation: { required: true, default: 'none' } } as Mutation
    const shop = await openShop(fleet, 'half filled', [field('Stock')], mutation)
    await fleet.client.query(
      `insert into ${shop.food} (id, stock) select 'r' || n, case when n % 2 = 0 then 'own' end from generate_series(1, ${ROWS}) n`,
    )
    const before = await dumpAll(fleet.client, 'half filled')
    const stop = new AbortController()
    await expect(shop.forward({ signal: stop.signal, report: () => stop.abort() })).rejects.toThrow()
    const { rows } = await fleet.client.query(`select count(*)::int as n from ${shop.food} where stock = 'none'`)
    // In the middle: half of the rows have a value of their own.
    expect(rows[0].n).toBeGreaterThan(0)
    expect(rows[0].n).toBeLessThan(ROWS / 2)
    await shop.back()
    expect(await dumpAll(fleet.client, 'half filled')).toBe(before)
  })

  async function killOthers(): Promise<void> {
    await fleet.client.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
        where application_name like 'saga/%' and pid <> pg_backend_pid() and datname = current_database()`,
    )
  }
})
