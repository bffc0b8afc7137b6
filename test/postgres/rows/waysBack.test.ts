import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Mutation } from '../../../src/logical/mutations/index.ts'
import { planRevert } from '../../../src/physical/plan/planRevert.ts'
import { applyPlanToTarget } from '../../../src/postgres/target/execute.ts'
import { openFleet, type TestFleet } from '../fleet.ts'
import { field, foodSchema, openShop, type Shop, valuesOf } from './shop.ts'

let fleet: TestFleet
beforeAll(async () => {
  fleet = await openFleet()
  await fleet.client.query('create table public.seen (namespace text, id text, locked boolean)')
})
afterAll(() => fleet?.close())

const REQUIRED = field('Label', { validation: { required: true, default: 'none' } })
const DELETE = { type: 'model_field_operation', operation: 'delete', model_name: 'food', field_name: 'label' } as const

/** The application writes down whether whoever writes its rows keeps readers or writers out meanwhile. */
async function watchLocks({ target: { namespace }, food }: Shop): Promise<void> {
  await fleet.client.query(
    `create function "${namespace}".watch() returns trigger language plpgsql as $$ begin
       insert into public.seen select '${namespace}', new.id, exists (
         select from pg_locks l where l.pid = pg_backend_pid() and l.relation = tg_relid
            and l.mode in ('AccessExclusiveLock', 'ExclusiveLock', 'ShareRowExclusiveLock', 'ShareLock'));
       return new; end $$;
     create trigger watch before update on ${food} for each row execute function "${namespace}".watch()`,
  )
}

async function seen({ target: { namespace } }: Shop): Promise<unknown[]> {
  const { rows } = await fleet.client.query(
    'select distinct id, locked from public.seen where namespace = $1 order by id',
    [namespace],
  )
  return rows
}

async function notes({ target: { namespace } }: Shop): Promise<string[]> {
  const { rows } = await fleet.client.query<{ note: string }>(
    `select object || ': ' || what || ' (' || rows_in_the_way || ')' as note from schema_saga_target.drift
      where namespace = $1 order by id`,
    [namespace],
  )
  return rows.map(({ note }) => note)
}

async function isRequired({ food }: Shop): Promise<boolean> {
  const { rows } = await fleet.client.query<{ required: boolean }>(
    `select attnotnull as required from pg_attribute where attrelid = '${food}'::regclass and attname = 'label'`,
  )
  return rows[0]?.required === true
}

describe('a deleted required field comes back, with the rows written meanwhile', () => {
  test('by an undo, which keeps nobody out while it writes them', async () => {
    const shop = await openShop(fleet, 'undo online', [REQUIRED], DELETE)
    await shop.forward()
    await fleet.client.query(`insert into ${shop.food} (id) values ('new')`)
    await watchLocks(shop)
    await shop.back()
    expect(await seen(shop)).toEqual([{ id: 'new', locked: false }])
    expect(await valuesOf(fleet.client, shop, 'label')).toEqual({ new: 'none' })
    expect([await isRequired(shop), await notes(shop)]).toEqual([true, []])
  })

  test('by a revert, which keeps nobody out either', async () => {
    const shop = await openShop(fleet, 'revert online', [REQUIRED], DELETE)
    await shop.forward()
    await fleet.client.query(`insert into ${shop.food} (id) values ('new')`)
    await watchLocks(shop)
    const before = foodSchema(REQUIRED)
    const revert = planRevert({
      schema: shop.plan.nextSchema,
      revision: 2,
      operationId: 'back',
      later: [],
      purged: [],
      bornLater: 0,
      reverted: { id: 'op', plan: shop.plan, mutation: DELETE, origin: { operationId: 'op', before }, applied: true },
    })
    const { target } = shop
    await applyPlanToTarget(fleet.pools, { target, projectId: 'p', operationId: 'back', epoch: 0, plan: revert })
    expect(await seen(shop)).toEqual([{ id: 'new', locked: false }])
    expect([await isRequired(shop), await notes(shop)]).toEqual([true, []])
  })

  test('but for those that a trigger of the application does not let be written: the rule stays off, as is noted', async () => {
    const shop = await openShop(fleet, 'undo refused', [REQUIRED], DELETE)
    await shop.forward()
    await fleet.client.query(
      `insert into ${shop.food} (id) values ('a'), ('bad'), ('c');
       create function "undo refused".refuse() returns trigger language plpgsql as $$ begin
         if new.id = 'bad' then raise exception 'not this one'; end if; return new; end $$;
       create trigger refuse before update on ${shop.food} for each row execute function "undo refused".refuse()`,
    )
    await shop.back()
    expect(await valuesOf(fleet.client, shop, 'label')).toEqual({ a: 'none', bad: null, c: 'none' })
    expect(await isRequired(shop)).toBe(false)
    expect(await notes(shop)).toContain('food.label: NOT NULL stays off (1)')
    await fleet.client.query(`insert into ${shop.food} (id, label) values ('d', null)`)
  })
})

test('nothing empty is written behind the batches that fill a field which becomes required', async () => {
  const update = {
    type: 'add_field',
    is_update: true,
    model_name: 'food',
    field_label: 'Label',
    validation: { required: true, default: 'none' },
  } as Mutation
  const shop = await openShop(fleet, 'closed door', [field('Label')], update)
  await fleet.client.query(`insert into ${shop.food} (id) select lpad(n::text, 5, '0') from generate_series(1, 1500) n`)
  const written: Promise<unknown>[] = []
  // Behind the first batch, before the last.
  const report = () => {
    if (written.length > 0) return
    const write = fleet.client.query(`insert into ${shop.food} (id, label) values ('00000', null)`)
    written.push(write.catch(({ code }: { code: string }) => code))
  }
  await shop.forward({ report })
  expect(await Promise.all(written)).toEqual(['23514'])
  expect(await isRequired(shop)).toBe(true)
  expect(shop.plan.hazards.map(({ name }) => name)).toContain('REFUSES_EMPTY')
  await shop.back()
  expect(new Set(Object.values(await valuesOf(fleet.client, shop, 'label')))).toEqual(new Set([null]))
})
