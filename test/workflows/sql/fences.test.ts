import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openSqlWorld, type SqlWorld } from './sqlWorld.ts'

let world: SqlWorld
beforeAll(async () => {
  world = await openSqlWorld({ project: 'pub', tenants: ['ada', 'bob'] })
  await world.targets.query('CREATE TABLE public.audit_log (id int)')
})
afterAll(() => world?.stop())

const allow = ['WRITES_ROWS', 'LOSES_DATA']

describe('a text of SQL', () => {
  it.each([
    [
      'alters what all tenants share',
      'OTHER_NAMESPACE',
      `DO $$ BEGIN EXECUTE 'ALTER TABLE public.audit_log ADD COLUMN x int'; END $$`,
    ],
    ['drops what all tenants share', 'OTHER_NAMESPACE', `DO $$ BEGIN EXECUTE 'DROP TABLE public.audit_log'; END $$`],
    [
      'leaves a setting behind',
      'SESSION_CHANGED',
      `DO $$ BEGIN PERFORM set_config('session_replication_role', 'replica', false); END $$`,
    ],
    ['leaves a temporary table behind', 'SESSION_CHANGED', `DO $$ BEGIN CREATE TEMP TABLE t (id int); END $$`],
    [
      'takes the bookkeeping for its own',
      'OTHER_NAMESPACE',
      `DO $$ BEGIN EXECUTE 'UPDATE ' || 'schema_' || 'saga_target.target SET revision = 9'; END $$`,
    ],
    ['names what is not there', 'STATEMENT_REFUSED', 'ALTER TABLE nothing ADD COLUMN a int'],
    ['is no SQL', 'SQL_INVALID', 'ALTER TALE invoice'],
    ['is for psql', 'STATEMENT_UNSUPPORTED', '\\i other.sql'],
    ['cannot run on targets', 'STATEMENT_UNSUPPORTED', 'CREATE EXTENSION pg_trgm'],
  ])('that %s is refused as %s, and changes nothing', async (what, code, up) => {
    const before = await world.shapes()
    const operation = await world.run({ name: what, up, down: 'SELECT 1' }, { allow })
    expect(operation).toMatchObject({ status: 'failed', error_code: code })
    expect(await world.shapes()).toEqual(before)
    expect((await world.fleet.client.drift('pub')).drift).toEqual([])
    const { rows } = await world.targets.query(
      `SELECT count(*)::int AS columns FROM information_schema.columns WHERE table_name = 'audit_log'`,
    )
    expect(rows).toEqual([{ columns: 1 }])
  })

  it('that does on a tenant what it did not do on the base is undone everywhere', async () => {
    await world.targets.query(`INSERT INTO pub_bob.customer (name) VALUES ('x')`)
    const before = await world.shapes()
    const operation = await world.run(
      {
        name: 'branches',
        up: `ALTER TABLE invoice ADD COLUMN a int;
          DO $$ BEGIN IF EXISTS (SELECT FROM customer) THEN ALTER TABLE customer ADD COLUMN surprise int; END IF; END $$;`,
        down: 'ALTER TABLE invoice DROP COLUMN a;',
      },
      { allow },
    )
    expect(operation).toMatchObject({ status: 'failed', problems: [{ tenant: 'bob', error_code: 'DOES_OTHERWISE' }] })
    expect(operation.problems[0]?.error).toContain('customer')
    expect(await world.shapes()).toEqual(before)
  })
})
