import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Mutation } from '../../../src/logical/mutations/index.ts'
import { openFleet, type TestFleet } from '../fleet.ts'
import { BEFORE, DELETE, ON, OTHER_TYPE, RENAME_KEY } from './onColumns.ts'
import { openShop, type Shop } from './shop.ts'

const APP = `app_${randomBytes(4).toString('hex')}`

let fleet: TestFleet
beforeAll(async () => {
  fleet = await openFleet()
  await fleet.client.query(`create role ${APP}`)
})
afterAll(async () => {
  await fleet?.client.query(`drop owned by ${APP}; drop role ${APP}`)
  await fleet?.close()
})

const TO_TEXT = { ...ON, operation: 'change_type', field_name: 'price', changed_type: 'text' } as Mutation

/** Everything that goes along, on a column; `condition` is one over it. */
const hangOn = (column: string, condition: (row: string) => string): string => `
  alter table food enable row level security;
  create policy mine on food to ${APP} using (${condition('')}) with check (note is null or ${condition('')});
  create policy late on food as restrictive for select to ${APP} using (exists (select from food f where f.id = food.id and ${condition('food.')}));
  comment on policy mine on food is 'of the application';
  create function seen() returns trigger language plpgsql as 'begin return new; end';
  create trigger watched before update of ${column} on food for each row when (${condition('old.')}) execute function seen();
  comment on trigger watched on food is 'watches';
  alter table food enable always trigger watched;
  grant select (id, ${column}), update (${column}), insert on food to ${APP} with grant option;
  comment on column food.${column} is 'what it costs';
  alter table food alter ${column} set statistics 700;
  alter table food alter ${column} set (n_distinct = 7);
  create statistics both_of (dependencies) on ${column}, note from food;
  comment on statistics both_of is 'together'`

async function prepared(namespace: string, mutation: Mutation, sql: string): Promise<Shop> {
  const shop = await openShop(fleet, namespace, BEFORE, mutation)
  await fleet.client.query(
    `set search_path = "${namespace}"; insert into food (id, price, doc) values ('x', 7, '{"a": "q"}'); ${sql}; reset search_path`,
  )
  return shop
}

/** What hangs on columns that an application sees, as Postgres prints it. */
async function hanging({ food }: Shop): Promise<string[]> {
  const { rows } = await fleet.client.query<{ line: string }>(
    `with t as (select $1::regclass as oid)
     select concat('policy ', polname, ' ', polpermissive, ' ', polcmd::text, ' ', pg_get_expr(polqual, polrelid), ' / ', pg_get_expr(polwithcheck, polrelid), ' ', obj_description(p.oid, 'pg_policy')) as line
       from pg_policy p, t where polrelid = t.oid
     union all select concat(pg_get_triggerdef(g.oid), ' ', tgenabled, ' ', obj_description(g.oid, 'pg_trigger')) from pg_trigger g, t
       where tgrelid = t.oid and tgname !~ '^~schema_saga'
     union all select concat(pg_get_statisticsobjdef(s.oid), ' ', obj_description(s.oid, 'pg_statistic_ext')) from pg_statistic_ext s, t where stxrelid = t.oid
     union all select concat(attname, ': ', attacl::text, ' ', col_description(t.oid, attnum), ' ', attstattarget, ' ', attoptions)
       from pg_attribute a, t where attrelid = t.oid and attnum > 0 and not attisdropped and attname !~ '^_aside_'
     order by 1`,
    [food],
  )
  return rows.map(({ line }) => line)
}

describe('what hangs on a column goes over to the one in its place, and back', () => {
  test.each<[string, Mutation, string, (row: string) => string]>([
    ['another type', OTHER_TYPE, 'price', (row) => `${row}price > 0`],
    ['another key in its documents', RENAME_KEY, 'doc', (row) => `${row}doc is not null`],
  ])('%s', async (name, mutation, column, condition) => {
    const shop = await prepared(`hangs ${name}`, mutation, hangOn(column, condition))
    const before = await hanging(shop)
    await shop.preflight()
    await shop.forward()
    const after = await hanging(shop)
    const written = (lines: readonly string[]): readonly string[] =>
      lines
        .map((line) => line.replaceAll(/\(([a-z.]*price|\d+)\)::numeric/g, '$1').replace('note, price', 'price, note'))
        .sort()
    expect(written(after)).toEqual(written(before))
    // Nothing acts on the hidden column any more.
    const { rows } = await fleet.client.query(
      `select attname, attacl from pg_attribute where attrelid = $1::regclass and attname ~ '^_aside_' and attacl is not null`,
      [shop.food],
    )
    expect(rows).toEqual([])
    await shop.back()
    expect(written(await hanging(shop))).toEqual(written(before))
    await shop.forward({ epoch: 1 })
    expect(await hanging(shop)).toEqual(after)
  })

  test('the rows that a policy shows are those of the column that the application writes', async () => {
    const shop = await prepared(
      'shown',
      OTHER_TYPE,
      `alter table food enable row level security; create policy mine on food to ${APP} using (price > 0) with check (price > 0);
       grant usage on schema "shown" to ${APP}; grant select (id, price), insert (id, price) on food to ${APP}`,
    )
    await shop.forward()
    await shop.settle()
    const { rows } = await fleet.client
      .query(
        `begin; set local role ${APP}; insert into ${shop.food} (id, price) values ('y', 1.5); select id from ${shop.food} order by 1; commit`,
      )
      .then((answers) => (answers as unknown as { rows: unknown[] }[])[3] as { rows: unknown[] })
    expect(rows).toEqual([{ id: 'x' }, { id: 'y' }])
  })
})

const APPLICATION = 'create function seen() returns trigger language plpgsql as $$ begin return new; end $$'
const TRIGGER = `${APPLICATION}; create trigger watched before update of price on food for each row execute function seen()`

describe('what cannot go along stops the plan by its name, before anything is changed and in the target itself', () => {
  test.each<[string, Mutation, string, string]>([
    ['a policy', DELETE, 'create policy mine on food using (price > 0)', 'policy mine'],
    ['a trigger of that column', DELETE, TRIGGER, 'trigger watched'],
    ['a view', DELETE, 'create view report as select price from food', 'view report'],
    ['a view of a column with another type', OTHER_TYPE, 'create view report as select price from food', 'view report'],
    [
      'a materialized view',
      OTHER_TYPE,
      'create materialized view report as select price from food',
      'materialized view report',
    ],
    [
      'a rule',
      OTHER_TYPE,
      'create rule quiet as on delete to food where old.price = 1 do instead nothing',
      'rule quiet of food',
    ],
    [
      'a policy that means nothing for the new type',
      TO_TEXT,
      'create policy mine on food using (price > 0)',
      'policy mine',
    ],
    [
      'a trigger whose condition means nothing any more',
      TO_TEXT,
      TRIGGER.replace('for each row', 'for each row when (new.price > 1)'),
      'trigger watched',
    ],
    [
      'a policy of another table',
      OTHER_TYPE,
      'create table other (id text); create policy far on other using (exists (select from food where price > 0))',
      'policy far',
    ],
    [
      'a policy that reads a key which gets another name',
      RENAME_KEY,
      `create policy keyed on food using (doc ->> 'a' = 'q')`,
      'policy keyed',
    ],
    [
      'a trigger whose condition reads a key that goes',
      { ...ON, operation: 'delete', field_name: 'a', parent_field: 'doc' } as Mutation,
      `${APPLICATION}; create trigger watched before update on food for each row when (new.doc @> '{"a": "q"}') execute function seen()`,
      'trigger watched',
    ],
    ['a publication of columns', OTHER_TYPE, 'create publication pub_bound for table food (id, price)', 'publication'],
    [
      'a function whose body is parsed',
      OTHER_TYPE,
      'create function total() returns bigint begin atomic select sum(price) from food; end',
      'function',
    ],
    [
      'a key of another table',
      OTHER_TYPE,
      'alter table food add constraint u unique (price); create table other (price int references food (price))',
      'foreign key other_price_fkey',
    ],
  ])('%s', async (name, mutation, sql, words) => {
    const shop = await prepared(`stops ${name}`, mutation, sql)
    if (!sql.includes('unique')) {
      await expect(shop.preflight()).rejects.toMatchObject({
        code: 'TARGET_UNFIT',
        message: expect.stringContaining(words),
      })
    }
    await expect(shop.forward()).rejects.toMatchObject({
      name: 'TargetDrifted',
      message: expect.stringContaining(words),
    })
    await shop.back()
    await fleet.client.query('drop publication if exists pub_bound')
  })

  test('but not a policy that reads another key, and the undo comes through whatever reads the new one', async () => {
    const shop = await prepared('another key', RENAME_KEY, `create policy keyed on food using (doc ->> 'ab' = 'b_a')`)
    await shop.preflight()
    await shop.forward()
    await fleet.client.query(`create policy made on ${shop.food} using (doc ->> 'b' = 'q')`)
    expect(await shop.back()).toMatchObject({ touched: true })
  })

  test.each([
    ['a view', 'create view report as select id from food', 'view report depends on food'],
    ['a materialized view', 'create materialized view report as select id from food', 'materialized view report'],
    [
      'a policy of another table',
      'create table other (id text); create policy far on other using (exists (select from food))',
      'policy far',
    ],
  ])('%s of a model that is deleted', async (name, sql, words) => {
    const shop = await prepared(`gone ${name}`, { type: 'delete_model', model_name: 'food' }, sql)
    await expect(shop.preflight()).rejects.toMatchObject({
      code: 'TARGET_UNFIT',
      message: expect.stringContaining(words),
    })
  })

  test('nothing of a model that is deleted, which takes its own policies and triggers along', async () => {
    const own = `${APPLICATION}; create policy mine on food using (id <> ''); create trigger t after insert on food execute function seen()`
    await (await prepared('gone alone', { type: 'delete_model', model_name: 'food' }, own)).preflight()
  })

  test('a trigger would change rows behind those that keep columns in step', async () => {
    const late = (name: string) =>
      `create function add_one() returns trigger language plpgsql as 'begin new.price := new.price + 1; return new; end';
       create trigger "${name}" before insert or update on food for each row execute function add_one()`
    const shop = await prepared('late trigger', TO_TEXT, late('ändert'))
    await expect(shop.preflight()).rejects.toMatchObject({
      code: 'TARGET_UNFIT',
      message: expect.stringContaining('trigger ändert of food fires after ours'),
    })
    await (await prepared('early trigger', TO_TEXT, late('zuletzt'))).preflight()
  })

  test('grants, the comment and statistics of a deleted column are hidden with it and come back with it', async () => {
    const shop = await prepared(
      'stays',
      DELETE,
      `grant select (price) on food to ${APP}; comment on column food.price is 'x';
      create statistics s (ndistinct) on price, note from food`,
    )
    const before = await hanging(shop)
    await shop.preflight()
    await shop.forward()
    await shop.back()
    expect(await hanging(shop)).toEqual(before)
  })
})

test('an undo comes through whatever was made for the new column meanwhile', async () => {
  const shop = await prepared('meanwhile', OTHER_TYPE, '')
  await shop.forward()
  await fleet.client.query(`create view "meanwhile".report as select price from ${shop.food};
    create policy half on ${shop.food} using (price > 0.5)`)
  const { setAside } = await shop.back()
  expect(setAside).toHaveLength(1)
  const { rows } = await fleet.client.query(`select what from schema_saga_target.drift where namespace = 'meanwhile'`)
  expect(rows.map(({ what }) => what)).toEqual([expect.stringContaining('view report')])
  const { rows: values } = await fleet.client.query(`select price from ${shop.food}`)
  expect(values).toEqual([{ price: 7 }])
})
