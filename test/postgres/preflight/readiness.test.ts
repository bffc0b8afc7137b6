import { randomBytes } from 'node:crypto'
import type pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Mutation } from '../../../src/logical/mutations/index.ts'
import type { LogicalSchema } from '../../../src/logical/schema.ts'
import { planMutation, provisionSql, schemaHashOf } from '../../../src/physical/plan/planMutation.ts'
import { projectSchema } from '../../../src/physical/project.ts'
import { applyPlanToTarget } from '../../../src/postgres/target/execute.ts'
import { provisionTarget } from '../../../src/postgres/target/provisionTarget.ts'
import { openFleet, type TestFleet, work } from '../fleet.ts'
import { preflightTarget } from '../preflightTarget.ts'
import { field, foodSchema } from '../rows/shop.ts'

const ROLE = `ddl_${randomBytes(4).toString('hex')}`
const SCHEMA = foodSchema(
  field('Code'),
  field('Size', { enable_indexing: true }),
  { type: 'create_model', name: 'drink' },
  field('Name', { model_name: 'drink' }),
)

let fleet: TestFleet
let client: pg.Client
beforeAll(async () => {
  fleet = await openFleet()
  await fleet.client.query(`create role ${ROLE}`)
  client = await fleet.connect()
  await client.query(`set role ${ROLE}`)
})
afterAll(async () => {
  await fleet?.client.query(`drop owned by ${ROLE} cascade; drop role ${ROLE}`)
  await fleet?.close()
})

/** A target at revision 1, whose namespace and tables our role owns, and what was done to it since. */
async function prepare(namespace: string, done: string, schema: LogicalSchema = SCHEMA) {
  const target = { scope: namespace, server: 'alpha', namespace, incarnation: 'i1' }
  const statements = provisionSql(projectSchema(schema))
  const registered = { target, projectId: 'shop', revision: 1, schemaHash: schemaHashOf(1, schema), statements }
  await provisionTarget(fleet.pools, registered)
  await fleet.client.query(`
    grant usage on schema schema_saga_target to ${ROLE}; grant select on all tables in schema schema_saga_target to ${ROLE};
    alter schema ${namespace} owner to ${ROLE};
    alter table ${namespace}.food owner to ${ROLE}; alter table ${namespace}.drink owner to ${ROLE};
    set search_path = ${namespace}; ${done}; reset search_path`)
  const planned = (mutation: Mutation) => planMutation({ schema, revision: 1, mutation, operationId: 'op' })
  const look = (mutation: Mutation) =>
    preflightTarget(client, { target, plan: planned(mutation), expected: projectSchema(schema) })
  return { target, look, planned }
}

const MODEL = { model_name: 'food' } as const
const ADD: Mutation = field('Price')
const INDEX = { ...field('Code'), is_update: true, enable_indexing: true } as Mutation
const UNINDEX = { ...field('Size'), is_update: true, enable_indexing: false } as Mutation
const UNIQUE = { ...field('Code'), is_update: true, validation: { unique: true } } as Mutation
const REQUIRED = { ...field('Code'), is_update: true, validation: { required: true } } as Mutation
const RENAME = {
  type: 'model_field_operation',
  operation: 'rename',
  ...MODEL,
  field_name: 'code',
  new_name: 'Sign',
} as Mutation
const DELETE = { type: 'model_field_operation', operation: 'delete', ...MODEL, field_name: 'code' } as Mutation
const RETYPE = {
  type: 'model_field_operation',
  operation: 'change_type',
  ...MODEL,
  field_name: 'code',
  changed_type: 'number',
} as Mutation
const COPY = {
  type: 'model_field_operation',
  operation: 'duplicate',
  ...MODEL,
  field_name: 'code',
  new_name: 'More',
} as Mutation
const CREATE: Mutation = { type: 'create_model', name: 'menu' }
const CONNECT: Mutation = {
  type: 'create_connection',
  from: 'drink',
  to: 'food',
  forward_connection_type: 'has_one',
  reverse_connection_type: 'has_many',
} as Mutation

/** The table made anew with the same columns and keys. */
const anew = (made: string): string =>
  `alter table food rename to old; drop index idx_food_size; alter table old rename constraint food_pkey to old_pkey; ${made};
   drop table old; alter table food owner to ${ROLE}`
const AS_OLD = 'like old including defaults'
const KEYS = 'alter table food add constraint food_pkey primary key (id); create index idx_food_size on food (size)'
const PARTITIONED = anew(
  `create table food (${AS_OLD}) partition by hash (id); create table food_0 partition of food for values with (modulus 1, remainder 0);
   alter table food_0 owner to ${ROLE}; ${KEYS}`,
)
const PARENT = `create table special () inherits (food); alter table special owner to ${ROLE}`

describe('preflight refuses what a target cannot take, before anything is changed, and nothing else', () => {
  it.each<[string, string, Mutation[], RegExp, Mutation[]]>([
    [
      'a table of another role',
      'alter table food owner to postgres',
      [ADD, RENAME, DELETE, INDEX],
      /food belongs to \w+, for whom our role ddl_\w+ may not act/,
      [CREATE],
    ],
    [
      'a table that may not be referred to',
      `alter table food owner to postgres; grant select on food to ${ROLE}`,
      [CONNECT],
      /may not refer to food/,
      [CREATE],
    ],
    [
      'a namespace in which nothing may be made',
      `alter schema own_space owner to postgres; grant usage on schema own_space to ${ROLE}`,
      [CREATE, INDEX, UNIQUE],
      /may not create objects in the namespace/,
      [ADD, RENAME, REQUIRED],
    ],
    [
      'a partitioned table',
      PARTITIONED,
      [INDEX, UNINDEX, UNIQUE],
      /food is partitioned/,
      [ADD, RENAME, REQUIRED, DELETE, COPY, CREATE],
    ],
    [
      'a partition',
      anew(
        `create table parent (${AS_OLD}) partition by hash (id); create table food partition of parent for values with (modulus 1, remainder 0); ${KEYS}`,
      ),
      [ADD, RENAME, DELETE],
      /food is a partition/,
      [INDEX, CREATE],
    ],
    [
      'a table that others inherit from',
      PARENT,
      [RETYPE, COPY],
      /other tables inherit from food/,
      [ADD, RENAME, INDEX, REQUIRED, UNIQUE],
    ],
    [
      'a table that inherits',
      'create table parent (code text); alter table food inherit parent',
      [RENAME, DELETE],
      /food inherits columns/,
      [INDEX, CREATE],
    ],
    [
      'an unlogged table',
      'alter table food set unlogged',
      [CONNECT],
      /food is unlogged/,
      [ADD, RENAME, DELETE, INDEX, UNIQUE, RETYPE],
    ],
    ['row level security', 'alter table food enable row level security', [], /never/, [ADD, RENAME, INDEX]],
  ])('%s', async (what, done, refused, words, fine) => {
    const namespace = what.includes('nothing may be made') ? 'own_space' : `is_${randomBytes(4).toString('hex')}`
    const { look } = await prepare(namespace, done)
    for (const mutation of refused) {
      await expect(look(mutation), JSON.stringify(mutation)).rejects.toMatchObject({
        name: 'TargetDrifted',
        code: 'TARGET_UNFIT',
        message: expect.stringMatching(words),
      })
    }
    for (const mutation of fine) await look(mutation)
  })
})

it('counts the numbers of columns that are given away, those of dropped columns included', async () => {
  const { look } = await prepare(
    'crowded',
    `do $$ begin
       execute 'alter table food ' || (select string_agg(format('add c%s int', n), ', ') from generate_series(1, 1500) n);
       execute 'alter table food ' || (select string_agg(format('drop c%s', n), ', ') from generate_series(1, 1500) n);
       execute 'alter table food ' || (select string_agg(format('add c%s int', n), ', ')
         from generate_series(1, 100 - (select relnatts - 1500 from pg_class where oid = 'food'::regclass)) n);
       execute 'alter table food ' || (select string_agg(format('drop c%s', n), ', ')
         from generate_series(1, 100 - (select count(*) from pg_attribute where attrelid = 'food'::regclass and attnum > 0 and not attisdropped and attname !~ '^c[0-9]')) n);
     end $$`,
  )
  await expect(look(ADD)).rejects.toThrow(/food has used 1600 of the 1600 column numbers/)
  await expect(look(RETYPE)).rejects.toThrow(/column numbers/)
  await look(RENAME)
})

it('a partitioned table gets another type as any other, and nothing of ours is left on it', async () => {
  const { target, planned } = await prepare('parted', PARTITIONED)
  await fleet.client.query(`insert into parted.food (id, code) values ('a', '7')`)
  const plan = planned(RETYPE)
  await applyPlanToTarget(fleet.pools, work(target, plan))
  for (const sql of plan.settle) await fleet.client.query(sql.replaceAll(":'ns'", `'parted'`))
  const { rows } = await fleet.client.query(
    `select code, (select count(*)::integer from pg_trigger where tgrelid::regclass::text like 'parted.%' and not tgisinternal) as triggers from parted.food`,
  )
  expect(rows).toEqual([{ code: 7, triggers: 0 }])
})
