import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { differences } from '../../../src/physical/equality.ts'
import type { Table } from '../../../src/physical/schema.ts'
import { introspect } from '../../../src/postgres/introspection/introspect.ts'
import { openFleet, type TestFleet } from '../fleet.ts'

let fleet: TestFleet
beforeAll(async () => {
  fleet = await openFleet()
})
afterAll(() => fleet.close())

/** The table `food` of a namespace made for it. */
async function read(sql: string): Promise<Table | undefined> {
  await fleet.client.query(`DROP SCHEMA IF EXISTS "in" CASCADE; CREATE SCHEMA "in"; SET search_path = "in"; ${sql};
    RESET search_path`)
  return (await introspect(fleet.client, 'in')).tables.food
}

describe('introspection reads', () => {
  it('columns with their types, defaults and NOT NULL', async () => {
    const table = await read(`CREATE TABLE food (id character varying(36) NOT NULL, name text DEFAULT '' NOT NULL,
      price numeric, amount integer DEFAULT 0, open boolean DEFAULT false, day date, extra jsonb DEFAULT '{}')`)
    expect(Object.values(table?.columns ?? {})).toEqual([
      { name: 'id', type: 'character varying(36)', notNull: true, default: null },
      { name: 'name', type: 'text', notNull: true, default: `''::text` },
      { name: 'price', type: 'numeric', notNull: false, default: null },
      { name: 'amount', type: 'integer', notNull: false, default: '0' },
      { name: 'open', type: 'boolean', notNull: false, default: 'false' },
      { name: 'day', type: 'date', notNull: false, default: null },
      { name: 'extra', type: 'jsonb', notNull: false, default: `'{}'::jsonb` },
    ])
  })

  it('primary and unique keys in the order of their columns', async () => {
    const table = await read(`CREATE TABLE food (b text, a text, c text, CONSTRAINT pk PRIMARY KEY (b, a),
      CONSTRAINT uq UNIQUE (c))`)
    expect(table?.primaryKey).toEqual({ name: 'pk', columns: ['b', 'a'] })
    expect(table?.uniques).toEqual({ uq: { name: 'uq', columns: ['c'] } })
    expect(table?.indexes).toEqual({})
  })

  it('a check for one of a list, whatever is in the texts', async () => {
    const table = await read(`CREATE TABLE food (kind text, "or""der" text,
      CONSTRAINT a CHECK (kind = ANY (ARRAY['hot'::text, 'it''s, ''cold''::text'::text, 'back\\slash'::text])),
      CONSTRAINT b CHECK ("or""der" = ANY (ARRAY['x'::text])),
      CONSTRAINT c CHECK (kind IN ('x', 'y')))`)
    expect(table?.checks).toEqual({
      a: { name: 'a', column: 'kind', oneOf: ['hot', `it's, 'cold'::text`, 'back\\slash'] },
      b: { name: 'b', column: 'or"der', oneOf: ['x'] },
      c: { name: 'c', column: 'kind', oneOf: ['x', 'y'] },
    })
  })

  it('any other check as its text', async () => {
    const table = await read('CREATE TABLE food (price numeric, CONSTRAINT positive CHECK (price > 0))')
    expect(table?.checks).toEqual({ positive: { name: 'positive', expression: '(price > (0)::numeric)' } })
  })

  it.each([
    ['SET NULL', 'set_null'],
    ['CASCADE', 'cascade'],
    ['RESTRICT', 'restrict'],
    ['NO ACTION', 'no_action'],
  ])('a foreign key ON DELETE %s', async (action, onDelete) => {
    const table = await read(`CREATE TABLE kind (id text PRIMARY KEY);
      CREATE TABLE food (kind_id text, CONSTRAINT fk FOREIGN KEY (kind_id) REFERENCES kind (id) ON DELETE ${action})`)
    expect(table?.foreignKeys).toEqual({
      fk: { name: 'fk', columns: ['kind_id'], table: 'kind', references: ['id'], onDelete },
    })
  })

  it('indexes with their validity', async () => {
    await read('CREATE TABLE food (a text, b text); CREATE INDEX i ON food (b, a); CREATE UNIQUE INDEX u ON food (a)')
    await fleet.client.query(`UPDATE pg_index SET indisvalid = false WHERE indexrelid = '"in".u'::regclass`)
    expect((await introspect(fleet.client, 'in')).tables.food?.indexes).toEqual({
      i: { name: 'i', columns: ['b', 'a'], unique: false, valid: true },
      u: { name: 'u', columns: ['a'], unique: true, valid: false },
    })
  })

  it('nothing that is set aside', async () => {
    await read(`CREATE TABLE _aside_op_1_old (id text); CREATE TABLE food (id text, _aside_op_1_x text,
      CONSTRAINT _aside_op_1_c CHECK (_aside_op_1_x <> '')); CREATE INDEX _aside_op_1_i ON food (_aside_op_1_x)`)
    const found = await introspect(fleet.client, 'in')
    expect(found.aside).toEqual({})
    expect(Object.keys(found.tables)).toEqual(['food'])
    expect(found.tables.food).toMatchObject({ checks: {}, indexes: {} })
    expect(Object.keys(found.tables.food?.columns ?? {})).toEqual(['id'])
  })

  it('only the tables that were asked for', async () => {
    await read('CREATE TABLE food (id text); CREATE TABLE drink (id text); CREATE VIEW menu AS SELECT id FROM food')
    expect(Object.keys((await introspect(fleet.client, 'in')).tables)).toEqual(['drink', 'food'])
    expect(Object.keys((await introspect(fleet.client, 'in', ['drink', 'none'])).tables)).toEqual(['drink'])
    expect((await introspect(fleet.client, 'in', [])).tables).toEqual({})
    expect((await introspect(fleet.client, 'no such namespace')).tables).toEqual({})
  })

  it('the same whatever the search path of the session, and leaves that alone', async () => {
    await read(`CREATE TYPE mood AS ENUM ('fine'); CREATE TABLE food (m mood DEFAULT 'fine')`)
    await fleet.client.query('SET search_path = "in"')
    const found = await introspect(fleet.client, 'in')
    expect(found.tables.food?.columns.m).toMatchObject({ type: '"in".mood', default: `'fine'::"in".mood` })
    expect((await fleet.client.query('SHOW search_path')).rows).toEqual([{ search_path: '"in"' }])
    await fleet.client.query('RESET search_path')
  })
})

describe('what the model has no words for still counts as a difference', () => {
  const PLAIN = 'CREATE TABLE kind (id text PRIMARY KEY); CREATE TABLE food (a integer, b text'

  it.each([
    ['a generated column', `${PLAIN}, c integer)`, `${PLAIN}, c integer GENERATED ALWAYS AS (a) STORED)`],
    ['an identity column', `${PLAIN}, c integer NOT NULL)`, `${PLAIN}, c integer GENERATED ALWAYS AS IDENTITY)`],
    ['another collation', `${PLAIN}, c text)`, `${PLAIN}, c text COLLATE "C")`],
    ['a partial index', `${PLAIN}); CREATE INDEX i ON food (a)`, `${PLAIN}); CREATE INDEX i ON food (a) WHERE a > 0`],
    ['a descending index', `${PLAIN}); CREATE INDEX i ON food (a)`, `${PLAIN}); CREATE INDEX i ON food (a DESC)`],
    ['an index of a function', `${PLAIN}); CREATE INDEX i ON food (b)`, `${PLAIN}); CREATE INDEX i ON food (lower(b))`],
    ['a hash index', `${PLAIN}); CREATE INDEX i ON food (b)`, `${PLAIN}); CREATE INDEX i ON food USING hash (b)`],
    ['a deferrable key', `${PLAIN}, CONSTRAINT u UNIQUE (a))`, `${PLAIN}, CONSTRAINT u UNIQUE (a) DEFERRABLE)`],
    [
      'a foreign key that also cascades updates',
      `${PLAIN}, CONSTRAINT fk FOREIGN KEY (b) REFERENCES kind)`,
      `${PLAIN}, CONSTRAINT fk FOREIGN KEY (b) REFERENCES kind ON UPDATE CASCADE)`,
    ],
    [
      'a constraint that was never validated',
      `${PLAIN}, CONSTRAINT c CHECK (a > 0))`,
      `${PLAIN}); ALTER TABLE food ADD CONSTRAINT c CHECK (a > 0) NOT VALID`,
    ],
  ])('%s', async (_, plain, special) => {
    await read(plain)
    const expected = await introspect(fleet.client, 'in')
    await read(special)
    expect(differences(expected, await introspect(fleet.client, 'in'))).not.toEqual([])
  })
})
