import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { allDifferences, differences } from '../../../src/physical/equality.ts'
import { readShapes, type Shape, type ShapesScope } from '../../../src/postgres/drift/shapes.ts'
import { introspect } from '../../../src/postgres/introspection/introspect.ts'
import { openFleet, type TestFleet, target } from '../fleet.ts'

let fleet: TestFleet
beforeAll(async () => {
  fleet = await openFleet()
})
afterAll(() => fleet.close())

const KIND = `CREATE TABLE kind (id varchar(36) CONSTRAINT kind_pkey PRIMARY KEY, code varchar(36) CONSTRAINT uq_kind UNIQUE);
  CREATE TYPE mood AS ENUM ('fine'); CREATE FUNCTION word() RETURNS text LANGUAGE sql AS $$ SELECT ''::text $$`
const FOOD = `CREATE TABLE food (id varchar(36) NOT NULL CONSTRAINT food_pkey PRIMARY KEY, name text NOT NULL DEFAULT '',
  price numeric DEFAULT 1, amount integer, size integer GENERATED ALWAYS AS (amount * 2) STORED, kind_id varchar(36), extra text,
  CONSTRAINT uq_food_name UNIQUE (name), CONSTRAINT two CHECK (amount > 0 AND price > 0),
  CONSTRAINT chk_food_extra CHECK (extra = ANY (ARRAY['a'::text, 'b'::text])),
  CONSTRAINT fk_food FOREIGN KEY (kind_id) REFERENCES kind (id) ON DELETE SET NULL);
  CREATE INDEX idx_food ON food (price, amount)`
const PLAIN = `${KIND}; ${FOOD}`

/** Makes a namespace anew. */
async function make(namespace: string, sql: string): Promise<void> {
  const name = `"${namespace.replaceAll('"', '""')}"`
  await fleet.client.query(`DROP SCHEMA IF EXISTS ${name} CASCADE; CREATE SCHEMA ${name}; SET search_path = ${name};
    ${sql}; RESET search_path`)
}

async function look(namespace: string, scope: ShapesScope = {}): Promise<Shape> {
  const [shape] = await readShapes(fleet.client, [namespace], scope)
  if (shape === undefined) throw new Error('no answer')
  return shape
}

describe('the shape of a namespace', () => {
  const alter = (what: string): string => `ALTER TABLE food ${what}`
  it.each([
    ['a column more', alter('ADD COLUMN surprise text')],
    ['a column less', alter('DROP COLUMN extra')],
    ['a column under another name', alter('RENAME COLUMN extra TO more')],
    ['another type', alter('ALTER COLUMN price TYPE numeric(10, 2)')],
    ['a type of the namespace', `${alter('DROP COLUMN extra')}; ${alter('ADD COLUMN extra mood')}`],
    ['another collation', alter('ALTER COLUMN name TYPE text COLLATE "C"')],
    ['NOT NULL more', alter('ALTER COLUMN extra SET NOT NULL')],
    ['NOT NULL less', alter('ALTER COLUMN name DROP NOT NULL')],
    ['a default more', alter(`ALTER COLUMN extra SET DEFAULT 'a'`)],
    ['a default less', alter('ALTER COLUMN name DROP DEFAULT')],
    ['another default', alter(`ALTER COLUMN name SET DEFAULT 'x'`)],
    ['a default by a function', alter('ALTER COLUMN name SET DEFAULT word()')],
    [
      'another generated value',
      `${alter('DROP COLUMN size')}; ${alter('ADD COLUMN size integer GENERATED ALWAYS AS (amount * 3) STORED')}`,
    ],
    [
      'an identity',
      `${alter('ALTER COLUMN amount SET NOT NULL')}; ${alter('ALTER COLUMN amount ADD GENERATED ALWAYS AS IDENTITY')}`,
    ],
    ['no primary key', alter('DROP CONSTRAINT food_pkey')],
    ['a primary key under another name', alter('RENAME CONSTRAINT food_pkey TO pk')],
    [
      'a primary key of other columns',
      `${alter('DROP CONSTRAINT food_pkey')}; ${alter('ADD CONSTRAINT food_pkey PRIMARY KEY (id, name)')}`,
    ],
    ['a unique less', alter('DROP CONSTRAINT uq_food_name')],
    [
      'a unique of another column',
      `${alter('DROP CONSTRAINT uq_food_name')}; ${alter('ADD CONSTRAINT uq_food_name UNIQUE (extra)')}`,
    ],
    [
      'a deferrable unique',
      `${alter('DROP CONSTRAINT uq_food_name')}; ${alter('ADD CONSTRAINT uq_food_name UNIQUE (name) DEFERRABLE')}`,
    ],
    [
      'a unique that also knows nulls',
      `${alter('DROP CONSTRAINT uq_food_name')}; ${alter('ADD CONSTRAINT uq_food_name UNIQUE NULLS NOT DISTINCT (name)')}`,
    ],
    [
      'a unique that carries a column',
      `${alter('DROP CONSTRAINT uq_food_name')}; ${alter('ADD CONSTRAINT uq_food_name UNIQUE (name) INCLUDE (extra)')}`,
    ],
    [
      'a unique index in place of a constraint',
      `${alter('DROP CONSTRAINT uq_food_name')}; CREATE UNIQUE INDEX uq_food_name ON food (name)`,
    ],
    ['a check less', alter('DROP CONSTRAINT two')],
    [
      'another check',
      `${alter('DROP CONSTRAINT two')}; ${alter('ADD CONSTRAINT two CHECK (amount > 1 AND price > 0)')}`,
    ],
    [
      'the check of another column',
      `${alter('DROP CONSTRAINT two')}; ${alter('ADD CONSTRAINT two CHECK (amount > 0 AND amount > 0)')}`,
    ],
    [
      'another list',
      `${alter('DROP CONSTRAINT chk_food_extra')}; ${alter(`ADD CONSTRAINT chk_food_extra CHECK (extra = ANY (ARRAY['a'::text]))`)}`,
    ],
    [
      'a check that was never validated',
      `${alter('DROP CONSTRAINT two')}; ${alter('ADD CONSTRAINT two CHECK (amount > 0 AND price > 0) NOT VALID')}`,
    ],
    ['a foreign key less', alter('DROP CONSTRAINT fk_food')],
    [
      'another action on delete',
      `${alter('DROP CONSTRAINT fk_food')}; ${alter('ADD CONSTRAINT fk_food FOREIGN KEY (kind_id) REFERENCES kind (id) ON DELETE CASCADE')}`,
    ],
    [
      'an action on update',
      `${alter('DROP CONSTRAINT fk_food')}; ${alter('ADD CONSTRAINT fk_food FOREIGN KEY (kind_id) REFERENCES kind (id) ON DELETE SET NULL ON UPDATE CASCADE')}`,
    ],
    [
      'an action on one column',
      `${alter('DROP CONSTRAINT fk_food')}; ${alter('ADD CONSTRAINT fk_food FOREIGN KEY (kind_id) REFERENCES kind (id) ON DELETE SET NULL (kind_id)')}`,
    ],
    [
      'a key to another column',
      `${alter('DROP CONSTRAINT fk_food')}; ${alter('ADD CONSTRAINT fk_food FOREIGN KEY (kind_id) REFERENCES kind (code) ON DELETE SET NULL')}`,
    ],
    [
      'a key to another table',
      `${alter('DROP CONSTRAINT fk_food')}; ${alter('ADD CONSTRAINT fk_food FOREIGN KEY (kind_id) REFERENCES food (id) ON DELETE SET NULL')}`,
    ],
    [
      'a key to another namespace',
      `${alter('DROP CONSTRAINT fk_food')}; ${alter('ADD CONSTRAINT fk_food FOREIGN KEY (kind_id) REFERENCES elsewhere.kind (id) ON DELETE SET NULL')}`,
    ],
    [
      'a key that was never validated',
      `${alter('DROP CONSTRAINT fk_food')}; ${alter('ADD CONSTRAINT fk_food FOREIGN KEY (kind_id) REFERENCES kind (id) ON DELETE SET NULL NOT VALID')}`,
    ],
    ['an exclusion', alter('ADD CONSTRAINT one EXCLUDE USING btree (name WITH =)')],
    ['an index less', 'DROP INDEX idx_food'],
    ['an index more', 'CREATE INDEX i ON food (extra)'],
    ['an index under another name', 'ALTER INDEX idx_food RENAME TO i'],
    ['an index in another order', 'DROP INDEX idx_food; CREATE INDEX idx_food ON food (amount, price)'],
    ['an index that is unique', 'DROP INDEX idx_food; CREATE UNIQUE INDEX idx_food ON food (price, amount)'],
    ['a descending index', 'DROP INDEX idx_food; CREATE INDEX idx_food ON food (price DESC, amount)'],
    ['a partial index', 'DROP INDEX idx_food; CREATE INDEX idx_food ON food (price, amount) WHERE amount > 0'],
    ['an index of a function', 'DROP INDEX idx_food; CREATE INDEX idx_food ON food (abs(price), amount)'],
    ['an index of another kind', 'DROP INDEX idx_food; CREATE INDEX idx_food ON food USING brin (price, amount)'],
    [
      'an index with other operators',
      'DROP INDEX idx_food; CREATE INDEX idx_food ON food (price, name text_pattern_ops)',
    ],
    [
      'an index that is not valid',
      `UPDATE pg_catalog.pg_index SET indisvalid = false WHERE indexrelid = 'idx_food'::regclass`,
    ],
    ['a table more', 'CREATE TABLE more (id text)'],
    ['a table less', 'DROP TABLE food'],
    ['a table under another name', 'ALTER TABLE food RENAME TO meal'],
  ])('changes with %s, as introspection does', async (_, change) => {
    await make('elsewhere', KIND)
    await make('as it was', PLAIN)
    await make('changed', `${PLAIN}; ${change}`)
    const [before, after] = [await introspect(fleet.client, 'as it was'), await introspect(fleet.client, 'changed')]
    expect(differences(before, after)).not.toEqual([])
    expect((await look('changed')).shape).not.toBe((await look('as it was')).shape)
  })

  const parts = 'CREATE TABLE food_0 PARTITION OF food FOR VALUES WITH (modulus 1, remainder 0)'
  const remade = (as: string): string => `DROP TABLE food; CREATE ${as}`
  it.each([
    ['row level security', alter('ENABLE ROW LEVEL SECURITY'), 'food: row security is on'],
    ['forced row level security', alter('FORCE ROW LEVEL SECURITY'), 'food: row security is off, forced'],
    ['an unlogged table', alter('SET UNLOGGED'), 'food: storage is unlogged'],
    ['a table that inherits', `CREATE TABLE parent (); ${alter('INHERIT parent')}`, 'food: inheritance is inherits'],
    ['one that others inherit from', 'CREATE TABLE child () INHERITS (food)', 'food: inheritance is others inherit'],
    [
      'a partitioned table',
      remade(`TABLE food (id text) PARTITION BY HASH (id); ${parts}`),
      'food: kind is a partitioned',
    ],
    [
      'a partition',
      remade(`TABLE p (id text) PARTITION BY HASH (id); ${parts.replace('_0', '').replace('OF food', 'OF p')}`),
      'food: kind is a partition',
    ],
    [
      'a foreign table',
      `CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s FOREIGN DATA WRAPPER w; ${remade('FOREIGN TABLE food (id text) SERVER s')};
       ALTER SERVER s OPTIONS (a 'b')`,
      'food: kind is a foreign table',
    ],
  ])('changes with %s, which is told as a difference', async (_, change, told) => {
    await make('as it was', PLAIN)
    await make('changed', `${PLAIN}; ${change}`)
    const [before, after] = [await introspect(fleet.client, 'as it was'), await introspect(fleet.client, 'changed')]
    const found = allDifferences(before, after).map(({ object, actual }) => `${object} is ${actual}`)
    expect(
      found.filter((each) => each.startsWith(told)),
      found.join('; '),
    ).toHaveLength(1)
    expect((await look('changed')).shape).not.toBe((await look('as it was')).shape)
  })

  it('changes with a NOT NULL that nobody has validated, which is told as what it is', async (context) => {
    const { rows } = await fleet.client.query<{ can: boolean }>(
      `SELECT current_setting('server_version_num')::integer >= 180000 AS can`,
    )
    if (rows[0]?.can !== true) context.skip()
    await make('as it was', PLAIN)
    await make('changed', `${PLAIN}; ${alter('ADD CONSTRAINT later NOT NULL extra NOT VALID')}`)
    await make(
      'loosened',
      `${PLAIN}; ${alter('ALTER name DROP NOT NULL')}; ${alter('ADD CONSTRAINT l NOT NULL name NOT VALID')}`,
    )
    const [before, changed, loosened] = [
      await introspect(fleet.client, 'as it was'),
      await introspect(fleet.client, 'changed'),
      await introspect(fleet.client, 'loosened'),
    ]
    expect(differences(before, changed)).toMatchObject([
      { object: 'food: later', kind: 'extra', actual: { expression: 'NOT NULL extra NOT VALID' } },
    ])
    expect(differences(before, loosened)).toMatchObject([
      { object: 'food.name', kind: 'different', expected: { notNull: true }, actual: { notNull: false } },
      { object: 'food: l', kind: 'extra' },
    ])
    const shapes = [await look('as it was'), await look('changed'), await look('loosened')].map(({ shape }) => shape)
    expect(new Set(shapes).size).toBe(3)
    // Once somebody has validated it, it is NOT NULL like any other, whatever its name.
    await fleet.client.query('ALTER TABLE loosened.food VALIDATE CONSTRAINT l')
    expect(differences(before, await introspect(fleet.client, 'loosened'))).toEqual([])
    expect((await look('loosened')).shape).toBe(shapes[0])
  })

  it('tells that our role may not act for the owner of a table, whatever his name', async () => {
    const role = `other_${Date.now()}`
    await make('owned', PLAIN)
    const own = (await look('owned')).shape
    await fleet.client.query(`CREATE ROLE ${role}; ALTER TABLE owned.food OWNER TO ${role}`)
    expect((await look('owned')).shape).toBe(own)
    await fleet.client.query(`CREATE ROLE ${role}_b; SET ROLE ${role}_b`)
    const found = await introspect(fleet.client, 'owned')
    expect(allDifferences(found, found).map(({ object }) => object)).toContain('food: owner')
    const other = (await look('owned')).shape
    expect(other).not.toBe(own)
    await fleet.client.query(
      `RESET ROLE; CREATE ROLE ${role}_c; ALTER TABLE owned.food OWNER TO ${role}_c; SET ROLE ${role}_b`,
    )
    expect((await look('owned')).shape).toBe(other)
    await fleet.client.query(`RESET ROLE; DROP SCHEMA owned CASCADE; DROP ROLE ${role}, ${role}_b, ${role}_c`)
  })

  it.each([
    ['the name of the namespace', PLAIN],
    [
      'the order of columns',
      PLAIN.replace('price numeric DEFAULT 1, amount integer,', 'amount integer, price numeric DEFAULT 1,'),
    ],
    [
      'the order in which things were made',
      `${KIND}; ${FOOD.replace('CONSTRAINT uq_food_name UNIQUE (name), ', '')}; ALTER TABLE food ADD CONSTRAINT uq_food_name UNIQUE (name)`,
    ],
    ['columns that are gone', `${PLAIN}; ALTER TABLE food ADD COLUMN x text; ALTER TABLE food DROP COLUMN x`],
    [
      'a column that is set aside',
      `${PLAIN}; ALTER TABLE food ADD COLUMN _aside_op_1_x text; CREATE INDEX _aside_op_1_i ON food (_aside_op_1_x)`,
    ],
    ['a table that is set aside', `${PLAIN}; CREATE TABLE _aside_op_1_old (id text PRIMARY KEY)`],
    ['a constraint that is set aside', `${PLAIN}; ALTER TABLE food ADD CONSTRAINT _aside_op_1_c CHECK (amount < 9)`],
    [
      'views, sequences and rows',
      `${PLAIN}; CREATE VIEW v AS SELECT id FROM food; CREATE SEQUENCE s; INSERT INTO kind VALUES ('k')`,
    ],
  ])('does not know %s', async (_, sql) => {
    await make('as it was', PLAIN)
    await make('an "other" ns', sql)
    expect((await look('an "other" ns')).shape).toBe((await look('as it was')).shape)
  })

  it('is the same in two namespaces whose expressions name their own functions, types and sequences', async () => {
    const own = `${PLAIN}; ALTER TABLE food ALTER COLUMN name SET DEFAULT word(); ALTER TABLE food ADD COLUMN m mood DEFAULT 'fine';
      ALTER TABLE food ADD COLUMN n serial; ALTER TABLE food ADD CONSTRAINT c CHECK (extra <> word() OR m = 'fine');
      CREATE INDEX p ON food (name) WHERE m = 'fine'`
    await make('ns_1', own)
    await make('ns_2', own)
    const [one, two] = await readShapes(fleet.client, ['ns_1', 'ns_2'])
    expect(two?.shape).toBe(one?.shape)
    await fleet.client.query('ALTER TABLE ns_2.food ALTER COLUMN name SET DEFAULT ns_1.word()')
    expect((await look('ns_2')).shape).not.toBe(one?.shape)
  })

  it('tells a text that happens to hold the name of the namespace from one that does not', async () => {
    await make('ns_1', `${PLAIN}; ALTER TABLE food ALTER COLUMN name SET DEFAULT 'ns_1.x'`)
    await make('ns_2', `${PLAIN}; ALTER TABLE food ALTER COLUMN name SET DEFAULT 'ns_2.x'`)
    expect((await look('ns_1')).shape).not.toBe((await look('ns_2')).shape)
  })
})

it('is told without waiting for a table that somebody alters', async () => {
  const sql = PLAIN.replace('size integer GENERATED ALWAYS AS (amount * 2) STORED', 'size integer')
  await make('as it was', sql)
  await make('locked', sql)
  const other = await fleet.connect()
  await other.query('BEGIN; LOCK TABLE locked.food IN ACCESS EXCLUSIVE MODE')
  await fleet.client.query(`SET statement_timeout = '2s'`)
  const [one, two] = await readShapes(fleet.client, ['as it was', 'locked'])
  expect(one?.shape).toBe(two?.shape)
  // Alone, its expressions cannot be read: it does not pass for one without any.
  expect((await look('locked')).shape).not.toBe(one?.shape)
  await other.query('ROLLBACK')
  await fleet.client.query('RESET statement_timeout')
  expect((await look('locked')).shape).toBe(one?.shape)
})

describe('a scope', () => {
  it('of tables leaves the others out', async () => {
    await make('as it was', PLAIN)
    await make('changed', `${PLAIN}; CREATE TABLE more (id text); ALTER TABLE kind ADD COLUMN x text`)
    const shapes = async (scope: ShapesScope) => [await look('changed', scope), await look('as it was', scope)] as const
    for (const scope of [{ tables: ['food'] }, { tables: ['food', 'none'] }, { ignored: ['mo%', 'kind'] }]) {
      const [changed, before] = await shapes(scope)
      expect(changed.shape).toBe(before.shape)
    }
    const [changed, before] = await shapes({ ignored: ['mo%'] })
    expect(changed.shape).not.toBe(before.shape)
  })

  it('of names tells which are taken, by whatever is called so', async () => {
    await make('as it was', `${PLAIN}; CREATE VIEW v AS SELECT id FROM food; CREATE SEQUENCE s`)
    const { taken } = await look('as it was', { names: ['v', 's', 'none', 'idx_food'] })
    expect(taken).toEqual(['idx_food', 's', 'v'])
  })
})

describe('with the shape comes', () => {
  it('whether the namespace is there', async () => {
    await make('as it was', PLAIN)
    expect([(await look('as it was')).there, (await look('nowhere')).there]).toEqual([true, false])
    expect(await readShapes(fleet.client, [])).toEqual([])
  })

  it('nothing of the bookkeeping where there is none, and where each target stands when there is', async () => {
    await make('by hand', PLAIN)
    expect(await look('by hand')).toMatchObject({ there: true, incarnation: null, revision: null, begun: false })
    await target(fleet, 'registered', { incarnation: 'i7' })
    const scope = { operationId: 'op' }
    const [one, two] = [await look('registered', scope), await look('by hand', scope)]
    expect(one).toMatchObject({ incarnation: 'i7', projectId: 'shop', revision: 1, schemaHash: 'hash-1', begun: false })
    expect(two).toMatchObject({ incarnation: null, revision: null })
  })
})
