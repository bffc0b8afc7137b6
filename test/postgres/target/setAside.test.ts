import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { introspect } from '../../../src/postgres/introspection/introspect.ts'
import { ensureBookkeeping } from '../../../src/postgres/target/bookkeeping/bookkeeping.ts'
import { applyPlanToTarget, compensatePlanOnTarget } from '../../../src/postgres/target/execute.ts'
import { dumpAll } from '../../fixtures/dump.ts'
import { ADD_PRICE, columnsOf, FOOD, openFleet, plan, type TestFleet, target, work } from '../fleet.ts'

let fleet: TestFleet
beforeAll(async () => {
  fleet = await openFleet()
  // Some of these call its functions without a target that was provisioned.
  await ensureBookkeeping(fleet.client)
})
afterAll(() => fleet.close())

async function asides(namespace: string): Promise<unknown[]> {
  const { rows } = await fleet.client.query(
    `SELECT kind, table_name AS "table", column_name AS "column", aside_name AS aside, direction,
            restored_at IS NOT NULL AS restored
       FROM schema_saga_target.set_aside WHERE namespace = $1 ORDER BY id`,
    [namespace],
  )
  return rows
}

const HIDE_NAME = plan([
  {
    sql: ['ALTER TABLE :"ns"."food" RENAME COLUMN "name" TO "_aside_op_1_name"'],
    asides: [{ kind: 'column', table: 'food', column: 'name', asideName: '_aside_op_1_name' }],
  },
  { sql: ['ALTER TABLE :"ns"."food" RENAME COLUMN "_aside_op_1_name" TO "name"'] },
])

const HIDE_FOOD = plan([
  {
    sql: ['ALTER TABLE :"ns"."food" RENAME TO "_aside_op_1_food"'],
    asides: [{ kind: 'table', table: 'food', column: null, asideName: '_aside_op_1_food' }],
  },
  { sql: ['ALTER TABLE :"ns"."_aside_op_1_food" RENAME TO "food"'] },
])

describe('setting aside', () => {
  it('keeps the values of a column and brings them back', async () => {
    const t = await target(fleet, 'kept')
    await fleet.client.query(`INSERT INTO kept.food VALUES ('1', 'soup')`)
    const before = await dumpAll(fleet.client, 'kept')
    await applyPlanToTarget(fleet.pools, work(t, HIDE_NAME))
    const row = { kind: 'column', table: 'food', column: 'name', aside: '_aside_op_1_name', direction: 'forward' }
    expect(await asides('kept')).toEqual([{ ...row, restored: false }])
    expect(Object.keys((await introspect(fleet.client, 'kept')).tables.food?.columns ?? {})).toEqual(['id'])
    await compensatePlanOnTarget(fleet.pools, work(t, HIDE_NAME))
    expect(await asides('kept')).toEqual([{ ...row, restored: true }])
    expect(await dumpAll(fleet.client, 'kept')).toBe(before)
  })

  it('keeps the rows of a table and brings them back, epoch after epoch', async () => {
    const t = await target(fleet, 'kept_table')
    await fleet.client.query(`INSERT INTO kept_table.food VALUES ('1', 'soup')`)
    const before = await dumpAll(fleet.client, 'kept_table')
    for (const epoch of [1, 2]) {
      await applyPlanToTarget(fleet.pools, work(t, HIDE_FOOD, { epoch }))
      expect((await introspect(fleet.client, 'kept_table')).tables).toEqual({})
      await compensatePlanOnTarget(fleet.pools, work(t, HIDE_FOOD, { epoch }))
      expect(await dumpAll(fleet.client, 'kept_table')).toBe(before)
    }
  })

  it('follows the table of a hidden column when it is renamed', async () => {
    const t = await target(fleet, 'followed')
    await applyPlanToTarget(fleet.pools, work(t, HIDE_NAME))
    const rename = {
      ...plan([
        { sql: ['ALTER TABLE :"ns"."food" RENAME TO "dish"'] },
        { sql: ['ALTER TABLE :"ns"."dish" RENAME TO "food"'] },
      ]),
      baseRevision: 2,
      nextRevision: 3,
      schemaHash: 'hash-2',
      nextSchemaHash: 'hash-3',
    }
    await applyPlanToTarget(fleet.pools, work(t, rename, { operationId: 'rename' }))
    expect(await asides('followed')).toMatchObject([{ table: 'dish' }])
    await compensatePlanOnTarget(fleet.pools, work(t, rename, { operationId: 'rename' }))
    expect(await asides('followed')).toMatchObject([{ table: 'food' }])
  })
})

describe('the undo of a new column', () => {
  it('keeps the values that somebody has put in, and says so', async () => {
    const t = await target(fleet, 'used')
    await applyPlanToTarget(fleet.pools, work(t, ADD_PRICE))
    await fleet.client.query(`INSERT INTO used.food (id, price) VALUES ('1', 12.5)`)
    const undone = await compensatePlanOnTarget(fleet.pools, work(t, ADD_PRICE))
    expect(undone).toEqual({ touched: true, setAside: ['food._aside_op_1_price'] })
    expect(await compensatePlanOnTarget(fleet.pools, work(t, ADD_PRICE))).toEqual(undone)
    const { rows } = await fleet.client.query('SELECT "_aside_op_1_price" AS price FROM used.food')
    expect(rows).toEqual([{ price: '12.5' }])
    expect(await asides('used')).toMatchObject([{ direction: 'compensate', column: 'price', restored: false }])
  })

  it('finds another name when an earlier epoch has taken it', async () => {
    const t = await target(fleet, 'used_twice')
    for (const epoch of [1, 2]) {
      await applyPlanToTarget(fleet.pools, work(t, ADD_PRICE, { epoch }))
      await fleet.client.query(`INSERT INTO used_twice.food (id, price) VALUES ('${epoch}', ${epoch})`)
      await compensatePlanOnTarget(fleet.pools, work(t, ADD_PRICE, { epoch }))
    }
    expect(await columnsOf(fleet, 'used_twice')).toEqual(['_aside_op_1_price', '_aside_op_1_price_e2', 'id', 'name'])
  })

  it.each([
    { type: 'text', fallback: `'none'`, value: `'some'`, dropped: false },
    { type: 'text', fallback: `'none'`, value: 'DEFAULT', dropped: true },
    { type: 'text', fallback: `'none'`, value: 'NULL', dropped: true },
    { type: 'jsonb', fallback: `'{"a": 1}'`, value: 'DEFAULT', dropped: true },
    { type: 'json', fallback: `'[]'`, value: `'[1]'`, dropped: false },
    { type: 'boolean', fallback: 'false', value: 'true', dropped: false },
  ])(
    'of $type default $fallback that holds $value is dropped: $dropped',
    async ({ type, fallback, value, dropped }) => {
      await fleet.client.query(`DROP SCHEMA IF EXISTS defaults CASCADE; CREATE SCHEMA defaults;
      CREATE TABLE defaults.food (id text, c ${type} DEFAULT ${fallback});
      INSERT INTO defaults.food VALUES ('1', ${value})`)
      const { rows } = await fleet.client.query(
        `SELECT schema_saga_target.drop_unused_column_v1('defaults', 'food', 'c', '_aside_c') AS aside`,
      )
      expect(rows).toEqual([{ aside: dropped ? null : '_aside_c' }])
    },
  )

  it('frees the names on it and hinders nobody who does not know it', async () => {
    await fleet.client.query(`CREATE SCHEMA parts;
      CREATE TABLE parts.kind (id text PRIMARY KEY);
      CREATE TABLE parts.food (id text, kind_id text NOT NULL DEFAULT 'x' CONSTRAINT fk REFERENCES parts.kind,
        CONSTRAINT food_kind UNIQUE (kind_id), CONSTRAINT kind_short CHECK (length(kind_id) < 9));
      CREATE INDEX idx_food_kind ON parts.food (kind_id);
      INSERT INTO parts.kind VALUES ('soup');
      INSERT INTO parts.food VALUES ('1', 'soup')`)
    await fleet.client.query(
      `SELECT schema_saga_target.drop_unused_column_v1('parts', 'food', 'kind_id', '_aside_kind_id')`,
    )
    await fleet.client.query(`DELETE FROM parts.kind; INSERT INTO parts.food VALUES ('2'), ('3')`)
    const { food } = (await introspect(fleet.client, 'parts')).tables
    expect(food).toMatchObject({ uniques: {}, checks: {}, foreignKeys: {}, indexes: {} })
    expect(Object.keys(food?.columns ?? {})).toEqual(['id'])
  })

  it('sets it aside when something of the user depends on it', async () => {
    await fleet.client.query(`CREATE SCHEMA depends; CREATE TABLE depends.food (id text, price numeric);
      CREATE VIEW depends.prices AS SELECT price FROM depends.food`)
    const { rows } = await fleet.client.query(
      `SELECT schema_saga_target.drop_unused_column_v1('depends', 'food', 'price', '_aside_price') AS aside`,
    )
    expect(rows).toEqual([{ aside: '_aside_price' }])
    expect((await fleet.client.query('SELECT * FROM depends.prices')).rowCount).toBe(0)
  })

  it('sets it aside when there are too many rows to look at', async () => {
    await fleet.client.query(`CREATE SCHEMA large; CREATE TABLE large.food (id integer, price numeric);
      INSERT INTO large.food SELECT n FROM generate_series(1, 10001) n`)
    const drop = `SELECT schema_saga_target.drop_unused_column_v1('large', 'food', 'price', '_aside_price') AS aside`
    expect((await fleet.client.query(drop)).rows).toEqual([{ aside: '_aside_price' }])
    await fleet.client.query('DELETE FROM large.food WHERE id = 1; ALTER TABLE large.food ADD COLUMN price numeric')
    expect((await fleet.client.query(drop)).rows).toEqual([{ aside: null }])
  })
})

describe('the undo of a new table', () => {
  it('drops it when it is empty', async () => {
    await fleet.client.query('CREATE SCHEMA empty_table; CREATE TABLE empty_table.food (id text PRIMARY KEY)')
    const { rows } = await fleet.client.query(
      `SELECT schema_saga_target.drop_unused_table_v1('empty_table', 'food', '_aside_food') AS aside`,
    )
    expect(rows).toEqual([{ aside: null }])
  })

  it('keeps it when somebody has put rows in, with all its names free for another', async () => {
    const table = FOOD.replaceAll(':"ns"', 'filled')
    const index = 'CREATE INDEX "idx_food_name" ON filled."food" ("name")'
    await fleet.client.query(`CREATE SCHEMA filled; ${table}; ${index}; INSERT INTO filled.food VALUES ('1', 'soup')`)
    const { rows } = await fleet.client.query(
      `SELECT schema_saga_target.drop_unused_table_v1('filled', 'food', '_aside_food') AS aside`,
    )
    expect(rows).toEqual([{ aside: '_aside_food' }])
    await fleet.client.query(`${table}; ${index}`)
    expect((await fleet.client.query('SELECT name FROM filled._aside_food')).rows).toEqual([{ name: 'soup' }])
  })

  it('keeps it when something of the user depends on it', async () => {
    await fleet.client.query(`CREATE SCHEMA viewed; CREATE TABLE viewed.food (id text);
      CREATE VIEW viewed.all_food AS SELECT * FROM viewed.food`)
    const { rows } = await fleet.client.query(
      `SELECT schema_saga_target.drop_unused_table_v1('viewed', 'food', '_aside_food') AS aside`,
    )
    expect(rows).toEqual([{ aside: '_aside_food' }])
  })
})
