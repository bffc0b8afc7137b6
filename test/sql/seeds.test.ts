import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { checkBaseline, seedsIn } from '../../src/client/fleet/provision.ts'
import { addServer } from '../../src/postgres/catalog/projects/servers.ts'
import { setProjectSettings } from '../../src/postgres/catalog/projects/settings.ts'
import { scanDrift } from '../../src/postgres/drift/drift.ts'
import { createTargetPools } from '../../src/postgres/sessions/pools.ts'
import { openFleet, type TestFleet } from '../postgres/fleet.ts'
import { addTenant, makeProject, openSqlFleet, type SqlFleet } from './sqlFleet.ts'

const TEXT = `
CREATE TYPE state AS ENUM ('on', 'off');
CREATE TYPE pair AS (a integer, b text);
CREATE DOMAIN amount AS numeric CHECK (VALUE >= 0);
CREATE TABLE plan (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL, state state, price amount,
  twice numeric GENERATED ALWAYS AS (price * 2) STORED, tags state[], two pair, raw bytea, at timestamptz, doc jsonb, of regclass,
  blank char(5), ratio float8, best bigint);
CREATE TABLE "Role" (id bigserial PRIMARY KEY, parent bigint REFERENCES "Role", plan integer REFERENCES plan);
ALTER TABLE plan ADD CONSTRAINT plan_best FOREIGN KEY (best) REFERENCES "Role";
CREATE TABLE reading (at date, value integer) PARTITION BY RANGE (at);
CREATE TABLE reading_1 PARTITION OF reading FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
CREATE TABLE customer (id integer PRIMARY KEY);
CREATE TABLE note (id integer, customer integer CONSTRAINT note_customer REFERENCES customer);
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'not twice'; END $$;
CREATE TRIGGER refused BEFORE INSERT ON "Role" FOR EACH ROW EXECUTE FUNCTION refuse();
CREATE TRIGGER replicated BEFORE INSERT ON "Role" FOR EACH ROW EXECUTE FUNCTION refuse();
ALTER TABLE "Role" ENABLE ALWAYS TRIGGER refused, ENABLE REPLICA TRIGGER replicated;
CREATE RULE noted AS ON INSERT TO reading DO ALSO INSERT INTO note VALUES (99);
CREATE MATERIALIZED VIEW roles AS SELECT count(*)::integer AS n FROM "Role"`

const ROWS = `SET search_path = shop_base;
ALTER TABLE "Role" DISABLE TRIGGER refused; ALTER TABLE reading DISABLE RULE noted;
INSERT INTO plan (name, state, price, tags, two, raw, at, doc, of, blank, ratio) VALUES
  ('it''s', 'on', 1.50, '{on,off}', '(1,"a ""b"", c")', '\\xdeadbeef', '2026-02-03 04:05:06.789+02', 'null', 'plan', 'a', 0.1),
  ('', NULL, NULL, '{}', NULL, NULL, 'infinity', NULL, NULL, NULL, 'NaN'),
  ('null', 'off', 0, NULL, '(,)', '\\x', NULL, '{"a": [1.10, "ü"]}', 'customer', '', '-Infinity');
INSERT INTO "Role" (id, parent, plan) SELECT n, nullif(1301 - n, 1301), 1 FROM generate_series(1, 1300) n;
UPDATE plan SET best = 7 WHERE name = '';
INSERT INTO reading VALUES ('2026-05-05', 1), ('2026-06-06', NULL);
INSERT INTO customer VALUES (1); INSERT INTO note VALUES (1, 1), (2, NULL);
ALTER TABLE "Role" ENABLE ALWAYS TRIGGER refused; ALTER TABLE reading ENABLE RULE noted; RESET search_path`

const PATH = process.env.PATH ?? ''
beforeEach(() => {
  process.env.PATH = '/nowhere'
})
afterEach(() => {
  process.env.PATH = PATH
})

let fleet: SqlFleet
let other: TestFleet
beforeAll(async () => {
  const here = await openFleet()
  other = await openFleet()
  const pools = createTargetPools({
    server: (id) => ({ id, dsnEnv: id, maxSessions: 1, databasePerTenant: false }),
    dsn: (server) => (server === 'beta' ? other.url : here.url),
  })
  fleet = await openSqlFleet({ text: TEXT, seed: ['plan', 'Role', 'reading'], on: async () => ({ ...here, pools }) })
  await addServer(fleet.catalog, { id: 'beta', dsnEnv: 'BETA', actor: 'test' })
  await fleet.client.query(ROWS)
})
afterAll(async () => {
  await fleet?.close()
  await other?.close()
})

/** All rows of the tables, as texts; whatever names an object names it as one of the namespace. */
async function rowsOf({ client }: Pick<TestFleet, 'client'>, namespace: string): Promise<unknown> {
  await client.query(`SET search_path = "${namespace}"`)
  const tables = ['plan', '"Role"', 'reading']
  const found: unknown[] = []
  for (const table of tables) {
    const { rows } = await client.query<{ row: string }>(`SELECT t::text AS row FROM ${table} t ORDER BY 1`)
    found.push(rows.map(({ row }) => row))
  }
  await client.query('RESET search_path')
  return found
}

const set = (seed: readonly string[]) =>
  setProjectSettings(fleet.catalog, { id: 'shop', settings: { seed }, actor: 'test' })

describe('tables whose rows new tenants begin with', () => {
  it.each([
    ['in the database of the base', 'alpha', 'ada'],
    ['in another one', 'beta', 'eve'],
  ])('come from the base as they are, before views are filled: %s', async (_, server, tenant) => {
    const side = server === 'alpha' ? fleet : other
    await addTenant(fleet, 'shop', tenant, server)
    expect(await rowsOf(side, tenant)).toEqual(await rowsOf(fleet, 'shop_base'))
    const { rows } = await side.client.query(
      `INSERT INTO ${tenant}.plan (name) VALUES ('next') RETURNING id, (SELECT n FROM ${tenant}.roles) AS roles,
         nextval('${tenant}."Role_id_seq"')::integer AS role, (SELECT count(*)::integer FROM ${tenant}.note) AS notes`,
    )
    expect(rows).toEqual([{ id: 4, roles: 1300, role: 1301, notes: 0 }])
    const { catalog, pools } = fleet
    expect(await scanDrift({ catalog, pools, project: 'shop' })).toMatchObject({ drift: [] })
  })

  it('name what they refer to as well, or no tenant is made, and no value is told', async () => {
    await set(['note'])
    await expect(addTenant(fleet, 'shop', 'bob')).rejects.toMatchObject({
      code: 'NOT_APPLICABLE',
      message:
        'alpha/bob: rows of table note that it is to begin with refer to rows that are no part of them (constraint note_customer): name the other table in the setting `seed` as well.',
    })
    await set(['note', 'customer'])
    await addTenant(fleet, 'shop', 'bob')
    const { rows } = await fleet.client.query(`SELECT count(*)::integer FROM bob.note`)
    expect(rows).toEqual([{ count: 2 }])
    await set(['plan', 'Role', 'reading'])
  })

  it('are those that a script by hand puts rows into, unless somebody says otherwise', async () => {
    const text = `CREATE SCHEMA d; CREATE TABLE d.a (x int); CREATE TABLE d.b (x int); INSERT INTO d.b VALUES (1); INSERT INTO d.b VALUES (2)`
    expect(await seedsIn(await checkBaseline({ text }))).toEqual(['b'])
    await makeProject(fleet, 'byhand', text, undefined, ['b'])
    await addTenant(fleet, 'byhand', 'hand')
    const { rows } = await fleet.client.query('SELECT x FROM hand.b ORDER BY 1')
    expect(rows).toEqual([{ x: 1 }, { x: 2 }])
  })

  it('are tables of the base, whoever names them', async () => {
    const invalid = { code: 'INPUT_INVALID', path: 'seed' }
    await expect(set(['role'])).rejects.toMatchObject(invalid)
    const making = makeProject(fleet, 'other', 'CREATE TABLE t (id integer)', undefined, ['t', 'u'])
    await expect(making).rejects.toMatchObject({
      ...invalid,
      message: expect.stringContaining('no table u in the base'),
    })
    const { rowCount } = await fleet.client.query(`SELECT FROM pg_namespace WHERE nspname = 'other_base'`)
    expect(rowCount).toBe(0)
  })

  it('are not read while an operation may be changing them', async () => {
    const { catalog, client } = fleet
    await catalog.query(`insert into schema_saga.operation (id, project_id, type, status, content_hash, request, options, actor,
        workflow_id, first_run_id, run_id, before_schema) values ('0009', 'shop', 'run_sql', 'applying', 'x', '{}', '{}', 'test', 'w', 'r', 'r', '{}')`)
    await expect(addTenant(fleet, 'shop', 'cem')).rejects.toMatchObject({
      code: 'LOCK_UNAVAILABLE',
      message: expect.stringContaining('is being changed by operation 0009, which is applying'),
    })
    await catalog.query(`delete from schema_saga.operation where id = '0009'`)
    await client.query(`UPDATE schema_saga_target.target SET revision = 2 WHERE namespace = 'shop_base'`)
    await expect(addTenant(fleet, 'shop', 'cem')).rejects.toMatchObject({ code: 'LOCK_UNAVAILABLE' })
    await client.query(`UPDATE schema_saga_target.target SET revision = 1 WHERE namespace = 'shop_base'`)
    await addTenant(fleet, 'shop', 'cem')
  })
})
