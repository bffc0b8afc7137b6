import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Mutation } from '../../../src/logical/mutations/index.ts'
import { type OwnedFleet, openOwnedFleet } from '../ownedFleet.ts'
import { BEFORE, DELETE, ON, OTHER_TYPE, RENAME_KEY } from './onColumns.ts'
import { field, openShop, type Shop } from './shop.ts'

let fleet: OwnedFleet
beforeAll(async () => {
  fleet = await openOwnedFleet()
  await fleet.superuser.query(`
    create schema closed; create schema open; grant usage on schema open to public;
    create function closed.mine() returns text language sql stable as $$ select 'x' $$;
    create function closed.seen() returns trigger language plpgsql as 'begin return new; end';
    create function open.seen() returns trigger language plpgsql as 'begin return new; end';
    create table open.members (id text)`)
})
afterAll(async () => {
  await fleet?.close()
})

const NOTE_TO_NUMBER = { ...ON, operation: 'change_type', field_name: 'note', changed_type: 'number' } as Mutation

const PARTITIONED = `
  drop table food; create table food (id varchar(36) primary key, price int, note text, doc jsonb) partition by hash (id);
  create table food_0 partition of food for values with (modulus 2, remainder 0);
  create table food_1 partition of food for values with (modulus 2, remainder 1)`

async function prepared(namespace: string, mutation: Mutation, sql: string): Promise<Shop> {
  const shop = await openShop(fleet, namespace, BEFORE, mutation)
  const own = sql.includes('food_0')
    ? `${PARTITIONED}; alter table food owner to ${fleet.role};
    alter table food_0 owner to ${fleet.role}; alter table food_1 owner to ${fleet.role}`
    : 'select 1'
  await fleet.meanwhile(
    namespace,
    `${own}; insert into food (id, price, note) values ('x', 7, '8'), ('y', 8, '9'); ${sql}`,
  )
  return shop
}

describe('a plan is refused for what cannot go along with a column, before anything is changed', () => {
  test.each<[string, Mutation, string, string]>([
    ['a policy of a partition', OTHER_TYPE, 'create policy mine on food_0 using (price > 0)', 'policy mine of'],
    [
      'a trigger of a partition',
      OTHER_TYPE,
      'create trigger t before update of price on food_0 for each row execute function open.seen()',
      'trigger t of',
    ],
    ['a view of a partition', OTHER_TYPE, 'create view report as select price from food_0', 'view report of'],
    [
      'a view of a partition, where nothing takes the place',
      DELETE,
      'create view report as select price from food_0',
      'view report of',
    ],
    ['an index that one partition has', OTHER_TYPE, 'create index its_own on food_0 (price)', 'index its_own of'],
    [
      'a publication of a partition',
      OTHER_TYPE,
      'create publication pub_below for table food_0 (id, price)',
      'publication',
    ],
    [
      'statistics of an expression that the new type has not',
      NOTE_TO_NUMBER,
      'create statistics s on lower(note), price from food; alter statistics s owner to current_role',
      'statistics s',
    ],
    [
      'a trigger whose function is out of reach',
      OTHER_TYPE,
      'create trigger t before update of price on food for each row execute function closed.seen()',
      'trigger t',
    ],
    [
      'a policy whose function is out of reach, with the same type',
      RENAME_KEY,
      'create policy p on food using (doc is not null and id = closed.mine())',
      'policy p',
    ],
    [
      'a trigger whose condition is out of reach, with the same type',
      RENAME_KEY,
      'create trigger t before update of doc on food for each row when (old.id = closed.mine()) execute function open.seen()',
      'trigger t',
    ],
  ])('%s', async (name, mutation, sql, words) => {
    const shop = await prepared(`refuses ${name}`.slice(0, 63), mutation, sql)
    await expect(shop.preflight()).rejects.toMatchObject({
      code: 'TARGET_UNFIT',
      message: expect.stringContaining(words),
    })
  })
})

test('a policy goes along although it asks a table that our role may not read', async () => {
  const shop = await prepared(
    'asks another',
    OTHER_TYPE,
    `alter table food enable row level security;
    create policy p on food using (price > 0 and exists (select from open.members m where m.id = food.id))`,
  )
  await shop.preflight()
  await shop.forward()
  await shop.back()
})

test('grants and words of the column of a partition, and how it is stored, go along and come back', async () => {
  const shop = await prepared(
    'words below',
    RENAME_KEY,
    `grant select (doc) on food_0 to public; comment on column food_0.doc is 'its own';
    alter table food alter doc set storage external`,
  )
  const words = async () =>
    (
      await fleet.superuser.query(
        `select c.relname, a.attacl::text as acl, col_description(c.oid, a.attnum) as comment, a.attstorage::text as storage
           from pg_class c join pg_attribute a on a.attrelid = c.oid
          where c.relnamespace = '"words below"'::regnamespace and c.relkind in ('r', 'p') and a.attname = 'doc' order by 1`,
      )
    ).rows
  const before = await words()
  expect(before[1]).toMatchObject({ relname: 'food_0', comment: 'its own', storage: 'e' })
  await shop.forward()
  expect(await words()).toEqual(before)
  await shop.back()
  expect(await words()).toEqual(before)
})

test('comments on indexes and constraints of a column are those of the ones in their place, once nobody goes back', async () => {
  const unique = { ...OTHER_TYPE, field_name: 'code' } as Mutation
  const code = field('Code', { field_type: 'number', input_type: 'int', validation: { unique: true } })
  const shop = await openShop(fleet, 'commented', [...BEFORE, code], unique)
  await fleet.meanwhile(
    'commented',
    `comment on constraint food_code_key on food is 'one of a kind'; comment on index food_code_key is 'its index'`,
  )
  const comments = async () =>
    (
      await fleet.client.query<{ key: string; index: string }>(
        `select obj_description(oid, 'pg_constraint') as key, obj_description(conindid, 'pg_class') as index
           from pg_constraint where conrelid = 'commented.food'::regclass and conname = 'food_code_key'`,
      )
    ).rows[0]
  await shop.forward()
  await shop.settle()
  expect(await comments()).toEqual({ key: 'one of a kind', index: 'its index' })
})

test('the partitions of a deleted model, which bear their own names, keep it from being purged', async () => {
  const shop = await prepared(
    'partitions stay',
    { type: 'delete_model', model_name: 'food' },
    `insert into food_0 select * from food_0 where false`,
  )
  await shop.preflight()
  await shop.forward()
  const { rows } = await fleet.client.query<{ kept: string }>(
    `select schema_saga_target.drop_aside_v1(s) as kept from schema_saga_target.set_aside s where s.namespace = 'partitions stay'`,
  )
  expect(rows).toEqual([{ kept: expect.stringMatching(/^partition .*food_/) }])
})
