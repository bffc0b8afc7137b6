import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openSqlWorld, type SqlWorld } from './sqlWorld.ts'

let world: SqlWorld
beforeAll(async () => {
  world = await openSqlWorld()
})
afterAll(() => world?.stop())

const revision = async (): Promise<number> => (await world.fleet.client.showProject('books')).revision

describe('a change by SQL', () => {
  it('is on the base and every tenant, and makes a revision', async () => {
    const before = await revision()
    const operation = await world.run({ name: 'state', up: 'ALTER TABLE invoice ADD COLUMN state text;' })
    const after = { base_revision: before, revision: before + 1 }
    expect(operation).toMatchObject({ status: 'committed', type: 'run_sql', ...after })
    for (const each of ['base', 'ada', 'bob']) {
      expect(await world.columns(`books_${each}`)).toContain('invoice.state text')
    }
    expect(await world.fleet.client.listTenants('books')).toMatchObject([
      { revision: before + 1 },
      { revision: before + 1 },
    ])
    expect((await world.fleet.client.drift('books')).drift).toEqual([])
  })

  it('is applied already under its name with the same text, and refused with another one', async () => {
    const change = { name: 'kind', up: 'ALTER TABLE invoice ADD COLUMN kind text;' }
    expect(await world.run(change)).toMatchObject({ status: 'committed', unchanged: false })
    expect(await world.run(change)).toMatchObject({ status: 'committed', unchanged: true })
    const other = await world.run({ ...change, up: 'ALTER TABLE invoice ADD COLUMN kind integer;' })
    expect(other).toMatchObject({ status: 'failed', error_code: 'SQL_CHANGED' })
  })

  it('is undone on those that have it where one tenant refuses it', async () => {
    await world.targets.query(`INSERT INTO books_bob.debt VALUES (-1)`)
    const before = await world.columns('books_ada')
    const operation = await world.run({
      name: 'positive',
      up: 'ALTER TABLE debt ADD COLUMN note text; ALTER TABLE debt ADD CONSTRAINT positive CHECK (sum >= 0);',
      down: 'ALTER TABLE debt DROP CONSTRAINT positive; ALTER TABLE debt DROP COLUMN note;',
    })
    expect(operation).toMatchObject({ status: 'failed', problems: [{ tenant: 'bob', error_code: 'DATA_REJECTED' }] })
    for (const each of ['base', 'ada', 'bob']) expect(await world.columns(`books_${each}`)).toEqual(before)
    expect((await world.fleet.client.drift('books')).drift).toEqual([])
  })

  it('takes back a new name of a table, and works on it under each name that it has had', async () => {
    await world.targets.query(`INSERT INTO books_bob.customer (name) VALUES ('x'), ('x')`)
    const before = await world.columns('books_ada')
    const apart = '\n-- schema-saga: new transaction\n'
    const renamed = {
      up: ["ALTER TABLE customer ALTER name SET DEFAULT 'y';", 'ALTER TABLE customer RENAME TO payer;'],
      down: ['ALTER TABLE payer RENAME TO customer;', 'ALTER TABLE customer ALTER name DROP DEFAULT;'],
    }
    const refused = await world.run({
      name: 'payer',
      up: [...renamed.up, 'ALTER TABLE payer ADD CONSTRAINT once UNIQUE (name);'].join(apart),
      down: ['ALTER TABLE payer DROP CONSTRAINT once;', ...renamed.down].join(apart),
    })
    expect(refused).toMatchObject({ status: 'failed', problems: [{ tenant: 'bob', error_code: 'DATA_REJECTED' }] })
    for (const each of ['base', 'ada', 'bob']) expect(await world.columns(`books_${each}`)).toEqual(before)
    await world.targets.query('DELETE FROM books_bob.customer')
  })

  it('gets a way back that is written for it where it only adds', async () => {
    const operation = await world.run({
      name: 'parts',
      up: `CREATE TYPE size AS ENUM ('s', 'm');
        CREATE TABLE part (id bigserial PRIMARY KEY, invoice_id bigint NOT NULL REFERENCES invoice, size size);
        ALTER TABLE invoice ADD COLUMN part_id bigint REFERENCES part;
        CREATE INDEX part_invoice ON part (invoice_id);
        CREATE FUNCTION parts(i bigint) RETURNS bigint LANGUAGE sql AS $$ SELECT count(*) FROM part WHERE invoice_id = i $$;`,
    })
    expect(operation).toMatchObject({ status: 'committed' })
    const revert = async (allow: readonly string[]) =>
      await world.fleet.waitFor(await world.fleet.client.revert(operation.id, { allow }))
    expect(await revert([])).toMatchObject({ status: 'failed', error_code: 'HAZARD_NOT_ALLOWED' })
    const reverted = await revert(['LOSES_DATA'])
    expect(reverted).toMatchObject({ status: 'committed' })
    expect(await world.columns('books_ada')).not.toContain('invoice.part_id bigint')
    expect((await world.fleet.client.drift('books')).drift).toEqual([])
  })

  it('runs an index that is built concurrently as a stage of its own', async () => {
    const operation = await world.run({
      name: 'index',
      up: `ALTER TABLE invoice ADD COLUMN due date;
        CREATE INDEX CONCURRENTLY IF NOT EXISTS invoice_due ON invoice (due);
        ALTER TABLE invoice ADD COLUMN paid date;`,
    })
    expect(operation).toMatchObject({ status: 'committed' })
    const { rows } = await world.targets.query(
      `SELECT schemaname FROM pg_indexes WHERE indexname = 'invoice_due' ORDER BY 1`,
    )
    expect(rows.map(({ schemaname }) => schemaname)).toEqual(['books_ada', 'books_base', 'books_bob'])
  })
})

describe('preflight of a change by SQL', () => {
  it('names who has another object under a name that is added, and who has altered what is touched', async () => {
    await world.targets.query(
      `CREATE TABLE books_ada.rebate (id int); ALTER TABLE books_bob.customer ALTER COLUMN name SET DEFAULT 'own'`,
    )
    const before = await world.shapes()
    const operation = await world.run({
      name: 'rebate',
      up: `CREATE TABLE rebate (id bigserial PRIMARY KEY); ALTER TABLE customer ALTER COLUMN name SET DEFAULT 'new';`,
      down: 'ALTER TABLE customer ALTER COLUMN name DROP DEFAULT; DROP TABLE rebate;',
    })
    expect(operation).toMatchObject({ status: 'failed', error_code: 'TARGET_UNFIT' })
    expect(operation.problems.map(({ tenant }) => tenant)).toEqual(['ada', 'bob'])
    expect(operation.problems[0]?.error).toContain('rebate')
    expect(operation.problems[1]?.error).toContain('column customer.name is different')
    expect(await world.shapes()).toEqual(before)
    await world.targets.query(
      'DROP TABLE books_ada.rebate; ALTER TABLE books_bob.customer ALTER COLUMN name DROP DEFAULT',
    )
  })

  it('lets those pass that differ elsewhere, also on the table that is changed', async () => {
    await world.targets.query(
      `ALTER TABLE books_bob.guest ADD COLUMN own int; CREATE INDEX by_hand ON books_bob.guest (name)`,
    )
    const operation = await world.run({ name: 'rate', up: 'ALTER TABLE guest ADD COLUMN rate numeric;' })
    expect(operation).toMatchObject({ status: 'committed' })
    expect((await world.fleet.client.drift('books')).drift).toHaveLength(1)
    await world.targets.query('DROP INDEX books_bob.by_hand; ALTER TABLE books_bob.guest DROP COLUMN own')
  })
})

describe('namespaces that a project shares', () => {
  it('are found by texts that do not name them, and are not changed', async () => {
    await world.targets.query('CREATE TABLE public.country (code text PRIMARY KEY)')
    const change = { name: 'country', up: 'ALTER TABLE customer ADD COLUMN country text REFERENCES country;' }
    expect(await world.run(change)).toMatchObject({ status: 'failed', error_code: 'STATEMENT_REFUSED' })
    await world.fleet.client.setProject('books', ['shared_namespaces=public'])
    expect(await world.run(change)).toMatchObject({ status: 'committed', error: null })
    const drop = await world.run({ name: 'elsewhere', up: 'ALTER TABLE country ADD COLUMN name text;' })
    expect(drop).toMatchObject({ status: 'failed', error_code: 'OTHER_NAMESPACE' })
  })
})
