import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ChangeFleet, openChangeFleet } from './changeFleet.ts'

const TEXT = `CREATE TABLE customer (id bigserial PRIMARY KEY, name text);
CREATE TABLE invoice (id bigserial PRIMARY KEY, total numeric NOT NULL DEFAULT 0, customer_id bigint REFERENCES customer ON DELETE CASCADE);
CREATE TABLE part (id bigserial PRIMARY KEY, invoice_id bigint);
CREATE TABLE price (id bigserial PRIMARY KEY, amount numeric);
CREATE TABLE log (id bigserial PRIMARY KEY, what text);
CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO log (what) VALUES ('x'); RETURN NEW; END $$;
CREATE TRIGGER noted AFTER UPDATE ON price FOR EACH ROW EXECUTE FUNCTION note();
CREATE TABLE item (id int PRIMARY KEY, n int);
CREATE TABLE debt (sum int);
CREATE FUNCTION audited() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO public.audit VALUES (NEW.sum); RETURN NEW; END $$;
CREATE TRIGGER audited AFTER UPDATE ON debt FOR EACH ROW EXECUTE FUNCTION audited()`

let fleet: ChangeFleet
beforeAll(async () => {
  fleet = await openChangeFleet(TEXT)
  await fleet.client.query(`INSERT INTO t_ada.customer (name) VALUES ('x'), ('y');
    INSERT INTO t_ada.invoice (total, customer_id) VALUES (1, 1), (2, 1), (3, 2); INSERT INTO t_ada.price (amount) VALUES (1); INSERT INTO t_ada.debt VALUES (10)`)
})
afterAll(() => fleet.close())

const allow = ['WRITES_ROWS', 'LOSES_DATA']

describe('rows that a text writes on a target', () => {
  it.each([
    [
      'draw the numbers of their table, of which the empty base needs none',
      'INSERT INTO part (invoice_id) SELECT id FROM invoice;',
      'SELECT id FROM t_ada.part',
      ['1', '2', '3'],
    ],
    [
      'set off the triggers of their table, which write where they like',
      'UPDATE price SET amount = amount * 100;',
      'SELECT what FROM t_ada.log',
      ['x'],
    ],
    [
      'take along what refers to them',
      `DELETE FROM customer WHERE name = 'y';`,
      'SELECT id FROM t_ada.invoice ORDER BY id',
      ['1', '2'],
    ],
  ])('%s', async (_, up, sql, expected) => {
    const plan = await fleet.plan({ up, down: 'SELECT 1;', allow })
    await fleet.forward(plan, 't_ada')
    expect(await fleet.ask(sql)).toEqual(expected)
    await fleet.back(plan, 't_ada')
  })

  it('are named with the tables that others bring along', async () => {
    const { sqlChange } = await fleet.plan({ up: 'DELETE FROM customer;', down: 'SELECT 1;', allow })
    expect(sqlChange?.rowsNotProven).toEqual([{ stage: 1, tables: ['customer', 'invoice'] }])
  })

  it('are in no other table than those', async () => {
    const up = `UPDATE part SET invoice_id = 0; DO $$ BEGIN IF EXISTS (SELECT FROM customer) THEN DELETE FROM invoice; END IF; END $$;`
    const plan = await fleet.plan({ up, down: 'SELECT 1;', allow })
    await expect(fleet.forward(plan, 't_ada')).rejects.toMatchObject({ code: 'DOES_OTHERWISE' })
    expect(await fleet.ask('SELECT count(*) FROM t_ada.invoice')).toEqual(['2'])
  })
})

describe('rows that triggers of the application write in another namespace', () => {
  const set = (rows: readonly string[]) =>
    fleet.catalog.query(`update schema_saga.project set settings = settings || $1`, [
      JSON.stringify({ shared_rows: rows }),
    ])
  const change = {
    up: 'UPDATE debt SET sum = sum + 1;',
    down: 'UPDATE debt SET sum = sum - 1;',
    allow: ['WRITES_ROWS'],
  }

  it('are refused with the way out, and written where the project names their table', async () => {
    await fleet.client.query('CREATE TABLE public.audit (what text)')
    const words =
      'Where its triggers are to write those rows, name them: schema-saga project set ... shared_rows=public.audit.'
    await expect(fleet.forward(await fleet.plan(change), 't_ada')).rejects.toMatchObject({
      code: 'OTHER_NAMESPACE',
      message: expect.stringContaining(words),
    })
    await set(['public.audit'])
    const plan = await fleet.plan(change)
    await fleet.forward(plan, 't_ada')
    await fleet.back(plan, 't_ada')
    expect(await fleet.ask('SELECT what FROM public.audit')).toEqual(['11', '10'])
  })

  it('are told where the base has some, and nothing else is done there', async () => {
    await fleet.client.query('INSERT INTO shop_base.debt VALUES (1)')
    const { hazards } = await fleet.plan(change)
    expect(hazards).toContainEqual({
      name: 'LOCKS_SHARED',
      detail: 'it writes rows of public.audit, which all tenants share, and no way back takes them away',
    })
    const truncates = fleet.plan({ up: 'DO $$ BEGIN TRUNCATE public.audit; END $$;', down: 'SELECT 1;', allow })
    await expect(truncates).rejects.toMatchObject({
      code: 'OTHER_NAMESPACE',
      message: expect.not.stringContaining('shared_rows'),
    })
    await fleet.client.query('DELETE FROM shop_base.debt')
    await set([])
  })
})

describe('an undo that is no batch, of rows that batches may never have come to', () => {
  it.each([
    ['runs whole', 'UPDATE debt SET sum = sum - 1;', true],
    ['goes by the same key', '-- schema-saga: batch\nUPDATE item SET n = n - 1;', false],
  ])('is told where it %s', async (_, down, told) => {
    const { hazards } = await fleet.plan({ up: '-- schema-saga: batch\nUPDATE item SET n = n + 1;', down, allow })
    const detail = expect.stringContaining('never came to')
    expect(hazards.some((each) => detail.asymmetricMatch(each.detail))).toBe(told)
  })
})

describe('numbers of rows', () => {
  it('are drawn on the base as on every tenant: a proof takes none', async () => {
    await fleet.plan({ up: 'INSERT INTO part (invoice_id) VALUES (0);', down: 'DELETE FROM part;', allow })
    await fleet.plan({ up: `SELECT setval('part_id_seq', 700);`, down: 'SELECT 1;', allow })
    expect(await fleet.ask(`SELECT nextval('shop_base.part_id_seq')`)).toEqual(['1'])
    expect(await fleet.ask(`SELECT nextval('shop_base.part_id_seq')`)).toEqual(['2'])
    await fleet.plan({ up: 'INSERT INTO part (invoice_id) VALUES (0);', down: 'DELETE FROM part;', allow })
    expect(await fleet.ask(`SELECT nextval('shop_base.part_id_seq')`)).toEqual(['3'])
  })

  it.each([
    [
      'a sequence that is made anew',
      'ALTER TABLE invoice ALTER COLUMN id DROP DEFAULT; DROP SEQUENCE invoice_id_seq;',
      `CREATE SEQUENCE invoice_id_seq OWNED BY invoice.id; ALTER TABLE invoice ALTER COLUMN id SET DEFAULT nextval('invoice_id_seq');`,
    ],
    [
      'a sequence that is restarted',
      'ALTER SEQUENCE invoice_id_seq RESTART WITH 40;',
      'ALTER SEQUENCE invoice_id_seq RESTART;',
    ],
    [
      'a column draws from another one',
      `CREATE SEQUENCE other; ALTER TABLE invoice ALTER COLUMN id SET DEFAULT nextval('other');`,
      `ALTER TABLE invoice ALTER COLUMN id SET DEFAULT nextval('invoice_id_seq'); DROP SEQUENCE other;`,
    ],
  ])('go on behind those of rows once %s', async (_, up, down) => {
    const plan = await fleet.plan({ up, down })
    await fleet.forward(plan, 't_ada')
    await fleet.back(plan, 't_ada')
    expect(await fleet.ask('INSERT INTO t_ada.invoice (total) VALUES (0) RETURNING id > 2')).toEqual(['true'])
  })

  it('go on behind those of rows once a column draws from a sequence that was there, in both ways', async () => {
    await fleet.client.query('ALTER SEQUENCE t_ada.invoice_id_seq RESTART')
    const plan = await fleet.plan({
      up: `ALTER TABLE invoice ALTER COLUMN id SET DEFAULT nextval('log_id_seq');`,
      down: `ALTER TABLE invoice ALTER COLUMN id SET DEFAULT nextval('invoice_id_seq');`,
    })
    const insert = 'INSERT INTO t_ada.invoice (total) VALUES (0) RETURNING id = (SELECT max(id) + 1 FROM t_ada.invoice)'
    await fleet.forward(plan, 't_ada')
    expect(await fleet.ask(insert)).toEqual(['true'])
    await fleet.back(plan, 't_ada')
    expect(await fleet.ask(insert)).toEqual(['true'])
  })

  it('that a sequence does not come to are refused, and told where they are no numbers', async () => {
    const small = await fleet.plan({
      up: `CREATE SEQUENCE few MAXVALUE 2; ALTER TABLE invoice ALTER COLUMN id SET DEFAULT nextval('few');`,
      down: `ALTER TABLE invoice ALTER COLUMN id SET DEFAULT nextval('invoice_id_seq'); DROP SEQUENCE few;`,
    })
    await expect(fleet.forward(small, 't_ada')).rejects.toMatchObject({
      code: 'DATA_REJECTED',
      message: expect.stringMatching(/sequence few goes to 2, and rows of invoice.id have numbers up to \d+/),
    })
    const words = `CREATE SEQUENCE words; ALTER TABLE log ALTER COLUMN what SET DEFAULT 'N-' || nextval('words');`
    const { hazards } = await fleet.plan({
      up: words,
      down: 'ALTER TABLE log ALTER COLUMN what DROP DEFAULT; DROP SEQUENCE words;',
    })
    expect(hazards).toContainEqual({
      name: 'NUMBERS_UNKNOWN',
      detail: 'sequence words numbers log.what, which is text: whether its next number is free is not looked at',
    })
  })

  it('go on behind those of rows once a column numbers itself again', async () => {
    const plan = await fleet.plan({
      up: 'CREATE TABLE fee (id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY); INSERT INTO fee VALUES (7);',
      down: 'DROP TABLE fee;',
      allow,
    })
    await fleet.forward(plan, 't_ada')
    expect(await fleet.ask('INSERT INTO t_ada.fee DEFAULT VALUES RETURNING id')).toEqual(['8'])
    await fleet.back(plan, 't_ada')
  })
})

describe('the order of columns, which tenants may have by right in another one', () => {
  beforeAll(async () => {
    await fleet.client.query(
      'ALTER TABLE t_ada.log RENAME TO was; CREATE TABLE t_ada.log (what text, id bigint PRIMARY KEY)',
    )
  })

  it.each([
    [`INSERT INTO log VALUES (1, '2');`, 'DELETE FROM log;'],
    ['CREATE TABLE copy AS SELECT l.* FROM log l;', 'DROP TABLE copy;'],
    ['CREATE TABLE copy (LIKE log);', 'DROP TABLE copy;'],
  ])('is asked for before a text relies on it: %s', async (up, down) => {
    const plan = await fleet.plan({ up, down, allow })
    await expect(fleet.forward(plan, 't_ada')).rejects.toMatchObject({
      code: 'TARGET_UNFIT',
      message: expect.stringContaining('log (what, id)'),
    })
  })

  it('is nothing to a text that names its columns', async () => {
    const plan = await fleet.plan({
      up: `INSERT INTO log (id, what) SELECT count(*), 'x' FROM part;`,
      down: 'DELETE FROM log;',
      allow,
    })
    expect(plan.sqlChange?.order).toBeUndefined()
  })
})
