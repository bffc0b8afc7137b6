import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ChangeFleet, openChangeFleet } from './changeFleet.ts'

const TEXT = `CREATE TABLE customer (id bigserial PRIMARY KEY, name text NOT NULL);
CREATE TABLE invoice (id bigserial PRIMARY KEY, total numeric NOT NULL CHECK (total >= 0), no text UNIQUE,
  state text NOT NULL DEFAULT 'new', due date, customer_id bigint REFERENCES customer, CHECK (due > '2000-01-01' OR total = 0));
CREATE INDEX by_due ON invoice (due);
CREATE INDEX by_both ON invoice (customer_id, due);
CREATE TABLE item (id serial PRIMARY KEY, invoice_id bigint CONSTRAINT of_invoice REFERENCES invoice, n int GENERATED ALWAYS AS IDENTITY);
CREATE INDEX by_invoice ON item (invoice_id);
CREATE STATISTICS items ON id, n FROM item;
COMMENT ON TABLE item IS 'lines'; COMMENT ON COLUMN item.n IS 'place';
CREATE TABLE tally (id serial PRIMARY KEY, what text);
CREATE TABLE part (id int, at int, more text) PARTITION BY RANGE (at); CREATE TABLE part_1 PARTITION OF part FOR VALUES FROM (0) TO (9);
CREATE TABLE parent (id int); CREATE TABLE child (more text) INHERITS (parent);
CREATE TYPE mood AS ENUM ('ok'); CREATE TABLE felt (id int, mood mood);
CREATE DOMAIN strict AS text NOT NULL; CREATE TABLE kept (id int, name strict, twice int GENERATED ALWAYS AS (id * 2) STORED);
CREATE TABLE told (id int, what text);
CREATE TABLE seen (id int, what text); CREATE TABLE late (id int NOT NULL, no text NOT NULL UNIQUE, what text);`

const ITEM = `CREATE TABLE item (id serial PRIMARY KEY, invoice_id bigint CONSTRAINT of_invoice REFERENCES invoice, n int GENERATED ALWAYS AS IDENTITY);
CREATE INDEX by_invoice ON item (invoice_id); CREATE STATISTICS items ON id, n FROM item;
COMMENT ON TABLE item IS 'lines'; COMMENT ON COLUMN item.n IS 'place';`

const ROWS = `INSERT INTO customer (name) VALUES ('a'); INSERT INTO invoice (total, no, due, customer_id) VALUES (1, 'x', '2026-01-01', 1), (2, 'y', '2026-01-02', 1);
INSERT INTO item (invoice_id) VALUES (1), (2), (2); INSERT INTO tally (what) VALUES ('a'), ('b')`

/** What is dropped, and makes it anew, and what shows its rows. */
const DROPS: readonly (readonly [what: string, up: string, down: string, rows: string])[] = [
  ['a table', 'DROP TABLE item;', ITEM, 'item'],
  ['a table, with CASCADE and nothing that depends on it', 'DROP TABLE IF EXISTS item CASCADE;', ITEM, 'item'],
  [
    'a nullable column',
    'ALTER TABLE invoice DROP COLUMN due;',
    `ALTER TABLE invoice ADD COLUMN due date, ADD CONSTRAINT invoice_check CHECK (due > '2000-01-01' OR total = 0); CREATE INDEX by_due ON invoice (due); CREATE INDEX by_both ON invoice (customer_id, due);`,
    'invoice',
  ],
  [
    'a column with a default',
    'ALTER TABLE invoice DROP COLUMN state;',
    `ALTER TABLE invoice ADD COLUMN state text NOT NULL DEFAULT 'new';`,
    'invoice',
  ],
  [
    'a unique column',
    'ALTER TABLE invoice DROP COLUMN no;',
    'ALTER TABLE invoice ADD COLUMN no text UNIQUE;',
    'invoice',
  ],
  [
    'a key',
    'ALTER TABLE item DROP COLUMN invoice_id;',
    'ALTER TABLE item ADD COLUMN invoice_id bigint; ALTER TABLE item ADD CONSTRAINT of_invoice FOREIGN KEY (invoice_id) REFERENCES invoice; CREATE INDEX by_invoice ON item (invoice_id);',
    'item',
  ],
  [
    'a primary key that counts',
    'ALTER TABLE tally DROP COLUMN id;',
    'ALTER TABLE tally ADD COLUMN id serial PRIMARY KEY;',
    'tally',
  ],
  [
    'a number',
    'ALTER TABLE item DROP COLUMN n;',
    `ALTER TABLE item ADD COLUMN n int GENERATED ALWAYS AS IDENTITY; CREATE STATISTICS items ON id, n FROM item; COMMENT ON COLUMN item.n IS 'place';`,
    'item',
  ],
]

let fleet: ChangeFleet
beforeAll(async () => {
  fleet = await openChangeFleet(TEXT, ['t_ada'])
  await fleet.client.query(`SET search_path = t_ada; ${ROWS}; RESET search_path`)
  await fleet.client.query('CREATE PUBLICATION of_asides FOR TABLE shop_base.told')
})
afterAll(() => fleet.close())

const rowsOf = (table: string) =>
  fleet.ask(`SELECT to_jsonb(t) FROM (SELECT to_jsonb(r)::text FROM t_ada.${table} r ORDER BY 1) t`)

describe('what a text drops is hidden, and comes back with its rows', () => {
  it.each(DROPS)('%s, with a given way back', async (_, up, down, table) => {
    const plan = await fleet.plan({ up, down })
    expect(plan.hazards.map(({ name }) => name)).toContain('SETS_ASIDE')
    expect(plan.hazards.map(({ name }) => name)).not.toContain('LOSES_DATA')
    const before = await rowsOf(table)
    await fleet.forward(plan, 't_ada')
    await fleet.back(plan, 't_ada')
    expect(await rowsOf(table)).toEqual(before)
    expect(await fleet.drift('t_ada')).toEqual([])
  })

  it.each(DROPS)('%s, with none', async (_, up, _down, table) => {
    const plan = await fleet.plan({ up })
    expect(plan.sqlChange).toMatchObject({ wayBack: 'written', back: expect.any(String) })
    const before = await rowsOf(table)
    await fleet.forward(plan, 't_ada')
    await fleet.back(plan, 't_ada')
    expect(await rowsOf(table)).toEqual(before)
    expect(await fleet.drift('t_ada')).toEqual([])
  })
})

describe('a drop stays one, and loses rows', () => {
  it.each([
    ['of a partition', 'DROP TABLE part_1;', '', 'it is a partition'],
    ['of what is partitioned', 'DROP TABLE part;', '', 'partitioned'],
    ['of a column of it', 'ALTER TABLE part DROP COLUMN more;', '', 'partitioned'],
    ['of a child', 'DROP TABLE child;', '', 'an inheritance'],
    ['of what is published', 'ALTER TABLE told DROP COLUMN what;', '', 'a publication'],
    ['of a column that must have values', 'ALTER TABLE kept DROP COLUMN name;', '', 'a domain'],
    ['of a column that is computed', 'ALTER TABLE kept DROP COLUMN twice;', '', 'computed'],
    [
      'of what keeps its type',
      'ALTER TABLE felt DROP COLUMN mood; DROP TYPE mood;',
      '',
      'What is set aside depends on it',
    ],
    [
      'where the text uses the order',
      'ALTER TABLE seen DROP COLUMN what; CREATE TABLE x AS SELECT * FROM seen;',
      '',
      'the order of columns',
    ],
    [
      'where the way back writes rows behind it',
      'ALTER TABLE seen DROP COLUMN what;',
      `ALTER TABLE seen ADD COLUMN what text; UPDATE seen SET what = 'x';`,
      'writes rows behind it',
    ],
  ])('%s', async (_, up, down, why) => {
    const refused = fleet.plan({ up, ...(down !== '' && { down }), policy: 'hold', allow: ['WRITES_ROWS'] })
    await expect(refused).rejects.toMatchObject({
      code: 'HAZARD_NOT_ALLOWED',
      message: expect.stringMatching(new RegExp(`it is not set aside: .*${why}`)),
    })
  })

  it('where something depends on it, the text fails as it always did', async () => {
    await fleet.client.query('CREATE VIEW t_ada.of_seen AS SELECT what FROM t_ada.seen')
    const plan = await fleet.plan({ up: 'ALTER TABLE seen DROP COLUMN what;' })
    await expect(fleet.forward(plan, 't_ada')).rejects.toMatchObject({ code: 'STATEMENT_REFUSED' })
    await fleet.back(plan, 't_ada')
    await fleet.client.query('DROP VIEW t_ada.of_seen')
  })
})

describe('what is hidden', () => {
  it('hinders nobody who writes rows, and comes back for those that were there before', async () => {
    await fleet.client.query(`INSERT INTO t_ada.late VALUES (1, 'a', 'x')`)
    const plan = await fleet.plan({ up: 'ALTER TABLE late DROP COLUMN no, DROP COLUMN id;' })
    expect(plan.hazards.map(({ name }) => name)).toContain('UNDO_NEEDS_ROWS')
    await fleet.forward(plan, 't_ada')
    await fleet.client.query(`INSERT INTO t_ada.late (what) VALUES ('y'), ('z')`)
    await fleet.back(plan, 't_ada')
    expect(await fleet.ask('SELECT concat(id, no, what) FROM t_ada.late ORDER BY what')).toEqual(['1ax', 'y', 'z'])
    expect(await fleet.drift('t_ada')).toEqual(['column late.id', 'column late.no'])
  })
})
