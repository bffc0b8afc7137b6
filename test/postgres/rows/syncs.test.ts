import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Mutation } from '../../../src/logical/mutations/index.ts'
import type { Plan } from '../../../src/physical/plan/plan.ts'
import { openFleet, type TestFleet } from '../fleet.ts'
import { field, openShop, RETYPE, type Shop, valuesOf } from './shop.ts'

let fleet: TestFleet
beforeAll(async () => {
  fleet = await openFleet()
})
afterAll(async () => {
  await fleet?.close()
})

async function openStock(namespace: string): Promise<Shop> {
  const shop = await openShop(fleet, namespace, [field('Stock')], RETYPE)
  await fleet.client.query(`insert into ${shop.food} (id, stock) values ('a', '1'), ('b', '2')`)
  return shop
}

/** As the apply worker of a subscription, or a bulk loader, writes. */
async function replicate(sql: string): Promise<void> {
  await fleet.client.query(`begin; set local session_replication_role = replica; ${sql}; commit`)
}

/** Forward up to the change of places. */
async function copyOnly(shop: Shop, more: { plan?: Plan } = {}): Promise<void> {
  const stop = new AbortController()
  await expect(shop.forward({ ...more, signal: stop.signal, report: () => stop.abort() })).rejects.toThrow()
}

/** As a plan was made before syncs fired always. */
function ofRelease04({ plan }: Shop): Plan {
  const forward = plan.forward.map((stage) => ({
    ...stage,
    sql: stage.sql.filter((sql) => !sql.includes('ENABLE ALWAYS')),
  }))
  return { ...plan, forward }
}

async function firing(shop: Shop): Promise<unknown[]> {
  const { rows } = await fleet.client.query(
    `select tgenabled::text from pg_trigger where tgrelid = $1::regclass and not tgisinternal`,
    [shop.food],
  )
  return rows.map(({ tgenabled }) => tgenabled)
}

test('what a subscription writes while a column gets another type is not lost, forward and back', async () => {
  const shop = await openStock('sync replica')
  await copyOnly(shop)
  await replicate(`update ${shop.food} set stock = '11' where id = 'a'; insert into ${shop.food} values ('c', '3')`)
  await shop.forward()
  expect(await valuesOf(fleet.client, shop, 'stock')).toEqual({ a: 11, b: 2, c: 3 })
  await replicate(`update ${shop.food} set stock = 22 where id = 'b'`)
  await shop.back()
  expect(await valuesOf(fleet.client, shop, 'stock')).toEqual({ a: '11', b: '22', c: '3' })
})

test('a row whose key moves behind the batches keeps its value, forward and back', async () => {
  const shop = await openStock('sync moved key')
  // The batches have passed all keys up to b.
  await copyOnly(shop)
  await fleet.client.query(`alter table ${shop.food} disable trigger user`)
  await fleet.client.query(`insert into ${shop.food} (id, stock) values ('z', '26')`)
  const { rows } = await fleet.client.query(
    `select tgname from pg_trigger where tgrelid = $1::regclass and not tgisinternal`,
    [shop.food],
  )
  await fleet.client.query(`alter table ${shop.food} enable always trigger "${rows[0]?.tgname}"`)
  await fleet.client.query(`update ${shop.food} set id = '0' where id = 'z'`)
  await shop.forward()
  expect(await valuesOf(fleet.client, shop, 'stock')).toEqual({ 0: 26, a: 1, b: 2 })
  await shop.back()
  expect(await valuesOf(fleet.client, shop, 'stock')).toEqual({ 0: '26', a: '1', b: '2' })
})

test('a plan that was stored by 0.4 makes syncs that fire for everybody', async () => {
  const shop = await openStock('sync stored plan')
  const plan = ofRelease04(shop)
  await copyOnly(shop, { plan })
  expect(await firing(shop)).toEqual(['A'])
  await shop.back({ plan })
})

test('a sync that 0.4 left on a target fires for everybody once a plan goes on there', async () => {
  const shop = await openStock('sync met')
  const earlier = async (): Promise<void> => {
    const { rows } = await fleet.client.query(`select tgname from pg_trigger where tgrelid = $1::regclass`, [shop.food])
    await fleet.client.query(`alter table ${shop.food} enable trigger "${rows[0]?.tgname}"`)
    expect(await firing(shop)).toEqual(['O'])
  }
  await fleet.client.query(`insert into ${shop.food} (id, stock) select 'm' || n, n from generate_series(1, 2000) n`)
  await copyOnly(shop)
  await earlier()
  // Where the batches begin again.
  await copyOnly(shop)
  expect(await firing(shop)).toEqual(['A'])
  await earlier()
  await shop.forward()
  expect(await firing(shop)).toEqual(['A'])
  await earlier()
  await shop.back()
  expect(await firing(shop)).toEqual([])
})

test('a trigger of the application that has read the column before is no obstacle to the rows that follow', async () => {
  const twice: Mutation = {
    type: 'publish_schema_changeset',
    mutations: [RETYPE, { ...field('Note'), is_update: true, validation: { required: true, default: 'none' } }],
  } as unknown as Mutation
  const shop = await openShop(fleet, 'sync stale', [field('Stock'), field('Note')], twice)
  await fleet.client.query(`
    create function "sync stale".seen() returns trigger language plpgsql as
      $$ declare told text; begin told := new.stock; return new; end $$;
    insert into ${shop.food} (id, stock) values ('a', '1'), ('b', '2');
    create trigger seen before update on ${shop.food} for each row execute function "sync stale".seen()`)
  const backfills = shop.plan.forward.filter(({ kind }) => kind === 'backfill')
  expect(backfills.length).toBeGreaterThan(1)
  await shop.forward()
  expect(await valuesOf(fleet.client, shop, 'stock')).toEqual({ a: 1, b: 2 })
})

/** As `pg_restore --disable-triggers` does it: the triggers are ordinary ones afterwards. */
async function pastTriggers({ food }: Shop, sql: string): Promise<void> {
  await fleet.client.query(`alter table ${food} disable trigger all; ${sql}; alter table ${food} enable trigger all`)
}

test('what was written while the triggers of a table were off is set aside by the undo, not dropped', async () => {
  const shop = await openStock('sync off back')
  await shop.forward()
  await pastTriggers(
    shop,
    `insert into ${shop.food} (id, stock) values ('bulk', 77); update ${shop.food} set stock = 99 where id = 'a'`,
  )
  const { setAside } = await shop.back()
  expect(await valuesOf(fleet.client, shop, 'stock')).toEqual({ a: '1', b: '2', bulk: null })
  const kept = setAside[0]?.replace('food.', '') ?? ''
  expect(await valuesOf(fleet.client, shop, kept)).toEqual({ a: 99, b: 2, bulk: 77 })
  // Another attempt is not told of the gap of this one.
  await shop.forward({ epoch: 1 })
  expect(await shop.back({ epoch: 1 })).toEqual({ touched: true, setAside: [] })
})

test('what was written while the triggers of a table were off is copied before the columns change places', async () => {
  const shop = await openStock('sync off forward')
  await copyOnly(shop)
  await pastTriggers(
    shop,
    `insert into ${shop.food} (id, stock) values ('bulk', '77'); update ${shop.food} set stock = '99' where id = 'a'`,
  )
  await shop.forward()
  expect(await valuesOf(fleet.client, shop, 'stock')).toEqual({ a: 99, b: 2, bulk: 77 })
  expect(await firing(shop)).toEqual(['A'])
  // Nothing is amiss any more.
  expect(await shop.back()).toEqual({ touched: true, setAside: [] })
  expect(await valuesOf(fleet.client, shop, 'stock')).toEqual({ a: '99', b: '2', bulk: '77' })
})

test('a row whose key moves while a field is duplicated has its copy, and what is written to the copy stays', async () => {
  const shop = await openShop(
    fleet,
    'sync duplicate',
    [field('Stock'), field('Kept', { validation: { required: true } })],
    {
      type: 'publish_schema_changeset',
      mutations: ['stock', 'kept'].map((field_name) => ({
        type: 'model_field_operation',
        operation: 'duplicate',
        model_name: 'food',
        field_name,
        new_name: `${field_name}_copy`,
      })),
    },
  )
  await fleet.client.query(
    `insert into ${shop.food} (id, stock, kept) select 'm' || i, i, i from generate_series(100, 2600) i`,
  )
  await copyOnly(shop)
  await fleet.client.query(
    `update ${shop.food} set id = 'a' where id = 'm2600'; update ${shop.food} set id = 'b', stock_copy = 'mine' where id = 'm2599'`,
  )
  await shop.forward()
  const { rows } = await fleet.client.query(
    `select id, stock_copy, kept_copy from ${shop.food} where id in ('a', 'b') order by id`,
  )
  expect(rows).toEqual([
    { id: 'a', stock_copy: '2600', kept_copy: '2600' },
    { id: 'b', stock_copy: 'mine', kept_copy: '2599' },
  ])
  expect(await shop.back()).toMatchObject({ touched: true })
})
