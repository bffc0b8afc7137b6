import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createProject } from '../../../src/postgres/catalog/projects/createProject.ts'
import { addServer } from '../../../src/postgres/catalog/projects/servers.ts'
import { setProjectSettings } from '../../../src/postgres/catalog/projects/settings.ts'
import { keepRaised, withKeptWords } from '../../../src/postgres/catalog/steps/raised.ts'
import { createTargetPools, type TargetPools } from '../../../src/postgres/sessions/pools.ts'
import { prepareSession } from '../../../src/postgres/target/stage/execution.ts'
import { type FreshDatabase, freshCatalog } from '../../fixtures/database.ts'
import { openFleet, type TestFleet, target } from '../fleet.ts'

let fleet: TestFleet
let database: FreshDatabase
let catalog: pg.Pool
let pools: TargetPools
beforeAll(async () => {
  fleet = await openFleet()
  database = await freshCatalog()
  catalog = new pg.Pool({ connectionString: database.url, max: 2 })
  pools = createTargetPools({
    server: (id) => ({ id, dsnEnv: 'TEST_DSN', maxSessions: 2, databasePerTenant: false }),
    dsn: () => fleet.url,
    raised: keepRaised(catalog),
  })
  await target(fleet, 'shop')
  await fleet.client.query(`INSERT INTO shop.food VALUES ('a', 'Ann Miller');
    CREATE TABLE shop.log (what text NOT NULL)`)
})
afterAll(async () => {
  await pools.close()
  await catalog.end()
  await database.drop()
  await fleet.close()
})

/** What becomes of a statement on the target. */
async function refusalOf(sql: string): Promise<Error> {
  const place = { scope: 'shop', server: 'alpha', namespace: 'shop', incarnation: 'i1' }
  return await pools
    .withClient(place, async (client) => {
      await prepareSession(client, { operationId: 'op', target: place })
      await client.query(sql)
      throw new Error('it went through')
    })
    .catch((error: Error) => error)
}

async function onUpdate(body: string): Promise<void> {
  await fleet.client.query(`
    CREATE OR REPLACE FUNCTION shop.guard() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN ${body}; RETURN new; END $$;
    CREATE OR REPLACE TRIGGER guard BEFORE UPDATE ON shop.food FOR EACH ROW EXECUTE FUNCTION shop.guard()`)
}

const UPDATE = `UPDATE shop.food SET name = name`

describe("Postgres' own words", () => {
  it.each([
    ['ALTER TABLE shop.nothing ADD COLUMN x text', 'relation "shop.nothing" does not exist (SQLSTATE 42P01).'],
    [
      'CREATE INDEX CONCURRENTLY i ON shop.food (name); SELECT 1',
      /^alpha\/shop: Postgres refused a statement: CREATE INDEX CONCURRENTLY cannot/,
    ],
    [
      `CREATE VIEW shop.names AS SELECT name FROM shop.food; ALTER TABLE shop.food DROP COLUMN name`,
      'cannot drop column name of table shop.food because other objects depend on it: view shop.names depends on column name of table shop.food (SQLSTATE 2BP01). Drop what depends on it, or make it depend on something else, and try again: what others have made is never dropped along with it.',
    ],
  ])('are told: %s', async (sql, words) => {
    const refusal = await refusalOf(sql)
    expect(refusal).toMatchObject({ name: 'StatementRefused', code: 'STATEMENT_REFUSED' })
    if (typeof words === 'string') expect(refusal.message).toBe(`alpha/shop: Postgres refused a statement: ${words}`)
    else expect(refusal.message).toMatch(words)
  })

  it('are told with the trigger in whose code they came about', async () => {
    await onUpdate('INSERT INTO nowhere VALUES (1)')
    const refusal = await refusalOf(UPDATE)
    expect(refusal).toMatchObject({ code: 'STATEMENT_REFUSED', details: { trigger: 'trigger guard on food' } })
    expect(refusal.message).toMatch(
      /relation "nowhere" does not exist \(SQLSTATE 42P01\)\. It was raised in code of the application: trigger guard on food, function shop\.guard/,
    )
    await fleet.client.query('DROP TRIGGER guard ON shop.food')
  })

  it('are told with the event trigger in whose code they came about', async () => {
    await fleet.client.query(`
      CREATE FUNCTION shop.on_ddl() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO nowhere VALUES (1); END';
      CREATE EVENT TRIGGER watches ON ddl_command_end EXECUTE FUNCTION shop.on_ddl()`)
    try {
      const refusal = await refusalOf('ALTER TABLE shop.food ADD COLUMN x text')
      expect(refusal.message).toMatch(/"nowhere" does not exist .*: event trigger watches, function shop\.on_ddl/)
    } finally {
      await fleet.client.query('DROP EVENT TRIGGER watches')
    }
  })

  it.each([
    [
      `SELECT name::integer FROM shop.food`,
      'alpha/shop: a value of its rows does not fit the change (SQLSTATE 22P02).',
    ],
    [
      `INSERT INTO shop.log SELECT NULL FROM shop.food`,
      'alpha/shop: its rows forbid the change (SQLSTATE 23502, table log, column what).',
    ],
  ])('are cut to names where they hold values: %s', async (sql, message) => {
    const refusal = await refusalOf(sql)
    expect(refusal).toMatchObject({ name: 'DataRejected', message })
    expect(JSON.stringify(refusal)).not.toContain('Ann')
  })

  it.each([
    [
      '25006',
      'SET transaction_read_only = on; ALTER TABLE shop.food ADD COLUMN x text',
      'TargetUnreachable',
      /takes no writes now/,
    ],
    [
      '54011',
      `DO $$ BEGIN EXECUTE 'CREATE TABLE shop.wide (' || (SELECT string_agg('c' || n || ' int', ',') FROM generate_series(1, 1700) n) || ')'; END $$`,
      'StatementRefused',
      /tables can have at most 1600 columns .* made anew/,
    ],
    ['54001', `SELECT repeat('[', 100000)::jsonb`, 'StatementRefused', /Raise max_stack_depth/],
  ])('say what waiting cures and what it does not: %s', async (_, sql, name, message) => {
    expect(await refusalOf(sql)).toMatchObject({ name, message: expect.stringMatching(message) })
  })
})

describe('what the application raises', () => {
  it.each([
    ['a RAISE', `RAISE EXCEPTION 'no change for %', new.name`, 'P0001'],
    ['a code of its own', `RAISE EXCEPTION 'no change for %', new.name USING ERRCODE = 'MY001'`, 'MY001'],
    [
      'a code of its own in a class of Postgres',
      `RAISE EXCEPTION 'no change for %', new.name USING ERRCODE = '23999'`,
      '23999',
    ],
    ['a code of ours', `RAISE EXCEPTION 'no change for %', new.name USING ERRCODE = 'SS001'`, 'SS001'],
  ])(
    'is told whole to people, with trigger, table and function, and kept out of the history: %s',
    async (_, body, code) => {
      await onUpdate(body)
      const refusal = await refusalOf(UPDATE)
      const origin = `(SQLSTATE ${code}, trigger guard on food, function shop.guard()).`
      expect(refusal).toMatchObject({ name: 'StatementRefused', code: 'STATEMENT_REFUSED' })
      expect(refusal.message).toMatch(/^alpha\/shop: the application raised an error, kept as raise-[0-9a-f]{16} \(/)
      expect(refusal.message).toContain(origin)
      expect(JSON.stringify(refusal)).not.toContain('Ann')
      expect(await withKeptWords(catalog, { error: `tenant t: ${refusal.message}` })).toEqual({
        error: `tenant t: alpha/shop: the application raised an error: no change for Ann Miller ${origin}`,
      })
    },
  )

  it('goes into the history where the project says so', async () => {
    await addServer(catalog, { id: 'alpha', dsnEnv: 'TEST_DSN', maxSessions: 2, databasePerTenant: false, actor: 'a' })
    await createProject(catalog, { id: 'p', base: { server: 'alpha', namespace: 'shop' }, actor: 'a' })
    await setProjectSettings(catalog, { id: 'p', settings: { raised_messages: 'history' }, actor: 'a' })
    await onUpdate(`RAISE EXCEPTION 'with "quotes" and \\ all'`)
    expect((await refusalOf(UPDATE)).message).toMatch(
      /^alpha\/shop: the application raised an error: with "quotes" and \\ all \(/,
    )
  })

  it('names the event trigger that refuses DDL', async () => {
    await fleet.client.query(`
      CREATE FUNCTION public.refuse() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'under audit'; END $$;
      CREATE EVENT TRIGGER refuse ON ddl_command_start EXECUTE FUNCTION public.refuse()`)
    const { message } = await refusalOf('ALTER TABLE shop.food ADD COLUMN y text')
    await fleet.client.query('DROP EVENT TRIGGER refuse')
    expect(message).toContain('(SQLSTATE P0001, event trigger refuse, function public.refuse()).')
  })
})
