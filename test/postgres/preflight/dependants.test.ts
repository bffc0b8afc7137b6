import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Mutation } from '../../../src/logical/mutations/index.ts'
import { type OwnedFleet, openOwnedFleet } from '../ownedFleet.ts'
import { field, openShop, RETYPE, type Shop } from '../rows/shop.ts'

const PUBLISHED = `pub_${randomBytes(4).toString('hex')}`

let fleet: OwnedFleet
beforeAll(async () => {
  fleet = await openOwnedFleet()
})
afterAll(async () => {
  await fleet?.close()
})

const BEFORE = [
  field('Stock'),
  field('Note'),
  field('Code', { field_type: 'number', input_type: 'int', validation: { required: true, unique: true } }),
]
const ADD = field('Extra')
const FILLED = field('Extra', { validation: { required: true, default: 'q' } })
const REQUIRED = field('Note', { is_update: true, validation: { required: true, default: 'q' } })
const NOT_UNIQUE = {
  ...field('Code', { field_type: 'number', input_type: 'int' }),
  is_update: true,
  validation: { required: true, unique: false },
} as Mutation
const DELETE_MODEL = { type: 'delete_model', model_name: 'food' } as Mutation

async function prepared(namespace: string, mutation: Mutation, sql: string): Promise<Shop> {
  // A partitioned table cannot have the unique field.
  const before = sql.includes('partition') ? BEFORE.slice(0, 2) : BEFORE
  const shop = await openShop(fleet, namespace, before, mutation)
  await fleet.meanwhile(namespace, sql)
  return shop
}

describe('a plan is refused for what others have made around a table, before anything is changed', () => {
  test.each<[string, Mutation, string, string]>([
    [
      'a child of another owner',
      ADD,
      'create table child () inherits (food)',
      'child (postgres) as well, for whose owner',
    ],
    [
      'a partition of another owner',
      ADD,
      `drop table food; create table food (id varchar(36) primary key, stock text, note text) partition by hash (id);
       create table food_0 partition of food for values with (modulus 1, remainder 0); alter table food owner to current_role`,
      'food_0 (postgres) as well',
    ],
    [
      'a column of its rows, where a default is to fill them',
      FILLED,
      'create table box (id text, held food)',
      'box.held',
    ],
    [
      'a column of a domain over what holds its rows',
      FILLED,
      'create type held as (food food); create domain kept as held; create table box (id text, it kept)',
      'box.it',
    ],
    ['a column of lists of its rows', FILLED, 'create table box (id text, held food[])', 'box.held'],
    [
      'a foreign key to a column that is unique no more',
      NOT_UNIQUE,
      'create table box (code int references food (code))',
      'foreign key box_code_fkey',
    ],
    [
      'a replica identity that is unique no more',
      NOT_UNIQUE,
      'alter table food replica identity using index food_code_key',
      'the replica identity depends on food_code_key',
    ],
    [
      'a foreign key to a model that is deleted',
      DELETE_MODEL,
      'create table box (held text references food)',
      'foreign key box_held_fkey',
    ],
    [
      'a publication whose rows its identity does not tell',
      RETYPE,
      `create publication ${PUBLISHED}_f for table food where (note is not null)`,
      'rows of food cannot be updated',
    ],
    [
      'a publication without any identity, where empty places are filled',
      REQUIRED,
      `alter table food replica identity nothing; create publication ${PUBLISHED}_n for table food`,
      'rows of food cannot be updated',
    ],
  ])('%s', async (name, mutation, sql, words) => {
    const owned = sql.replace('owner to current_role', `owner to ${fleet.role}`)
    const shop = await prepared(`of others ${name}`.slice(0, 60), mutation, owned)
    await expect(shop.preflight()).rejects.toMatchObject({
      code: 'TARGET_UNFIT',
      message: expect.stringContaining(words),
    })
  })

  test.each<[string, Mutation, string]>([
    ['a column of its rows, where nothing is filled', ADD, 'create table box (id text, held food)'],
    [
      'a publication that does not tell of updates',
      RETYPE,
      `create publication ${PUBLISHED}_i for table food where (note is not null) with (publish = 'insert')`,
    ],
    ['a child of our own', ADD, 'create table child () inherits (food); alter table child owner to current_role'],
    [
      'a child of another owner, which an index does not reach',
      { ...field('Note'), is_update: true, enable_indexing: true } as Mutation,
      'create table child () inherits (food)',
    ],
  ])('but not for %s', async (name, mutation, sql) => {
    const owned = sql.replace('owner to current_role', `owner to ${fleet.role}`)
    const shop = await prepared(`harmless ${name}`.slice(0, 60), mutation, owned)
    await shop.preflight()
    await shop.forward()
  })
})

const CONNECT = {
  type: 'create_connection',
  from: 'food',
  to: 'order',
  forward_connection_type: 'has_one',
  reverse_connection_type: 'has_many',
} as Mutation
const ORDER = [{ type: 'create_model', name: 'order' }, field('Note', { model_name: 'order' })] as Mutation[]

describe('a foreign key that comes', () => {
  test.each(['food', 'order'])('needs to see all rows of %s, which Postgres asks for it', async (table) => {
    const shop = await openShop(fleet, `hidden ${table}`, [...BEFORE, ...ORDER], CONNECT)
    await fleet.meanwhile(
      `hidden ${table}`,
      `alter table "${table}" enable row level security; alter table "${table}" force row level security; create policy p on "${table}" using (false)`,
    )
    await expect(shop.preflight()).rejects.toMatchObject({ code: 'ROWS_HIDDEN', details: { tables: [table] } })
  })

  test('needs a right to lock the table of another owner', async () => {
    const shop = await openShop(fleet, 'lock', [...BEFORE, ...ORDER], CONNECT)
    await fleet.meanwhile(
      'lock',
      `alter table "order" owner to current_role; grant select, references on "order" to ${fleet.role}`,
    )
    await expect(shop.preflight()).rejects.toMatchObject({
      code: 'TARGET_UNFIT',
      message: expect.stringContaining('may not refer to order'),
    })
    await fleet.meanwhile('lock', `grant update on "order" to ${fleet.role}`)
    await shop.preflight()
    await shop.forward()
  })
})

test('a field that somebody has made NOT NULL for new rows only is not taken for one whose rows have been looked at', async (context) => {
  const { rows } = await fleet.client.query<{ can: boolean }>(
    `select current_setting('server_version_num')::integer >= 180000 as can`,
  )
  if (rows[0]?.can !== true) context.skip()
  const shop = await prepared(
    'not validated',
    REQUIRED,
    'alter table food add constraint later not null note not valid',
  )
  await expect(shop.preflight()).rejects.toMatchObject({
    code: 'TARGET_DRIFTED',
    message: expect.stringContaining('later'),
  })
  await fleet.meanwhile('not validated', 'alter table food drop constraint later')
  await shop.preflight()
})

test('hidden rows are told before what else is in the way', async () => {
  const shop = await prepared(
    'hidden first',
    RETYPE,
    'create view v as select stock from food; alter table food enable row level security; alter table food force row level security; create policy p on food using (stock is null)',
  )
  await expect(shop.preflight()).rejects.toMatchObject({ code: 'ROWS_HIDDEN' })
})

test('a sequence goes over with the column that it is owned by, and outlives what is dropped', async () => {
  const retype = {
    type: 'model_field_operation',
    operation: 'change_type',
    model_name: 'food',
    field_name: 'stock',
    changed_type: 'number',
  } as Mutation
  const shop = await prepared(
    'sequences',
    retype,
    `create sequence numbers; alter sequence numbers owner to ${fleet.role}; alter sequence numbers owned by food.stock`,
  )
  const owner = async () =>
    (
      await fleet.client.query<{ name: string }>(
        `select a.attname as name from pg_depend d join pg_attribute a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid
          where d.objid = 'sequences.numbers'::regclass and d.deptype = 'a'`,
      )
    ).rows.map(({ name }) => name)
  await shop.forward()
  expect(await owner()).toEqual(['stock'])
  await shop.back()
  expect(await owner()).toEqual(['stock'])
  await fleet.client.query(`select schema_saga_target.drop_unused_column_v1('sequences', 'food', 'stock', '_aside_x')`)
  expect(await owner()).toEqual([])
  await fleet.client.query(`select nextval('sequences.numbers')`)
})
