import type { ClientBase } from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type Footprint,
  type FootprintQuestion,
  onlyTouched,
  readFootprint,
} from '../../../../src/postgres/target/script/footprint.ts'
import { objectsBefore } from '../../../../src/postgres/target/script/traces/goneObjects.ts'
import { openFleet, type TestFleet, target } from '../../fleet.ts'

const ROLE = 'saga_footprint_app'

let fleet: TestFleet
let client: ClientBase
let other: ClientBase
let asked = 0
beforeAll(async () => {
  fleet = await openFleet()
  client = fleet.client
  other = await fleet.connect()
  await target(fleet, 'bob')
  await client.query(`DROP ROLE IF EXISTS ${ROLE}; CREATE ROLE ${ROLE};
    CREATE TABLE public.audit_log (id bigint, note text); CREATE TABLE public.prov (id int PRIMARY KEY);
    CREATE FUNCTION public.oldf() RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE TYPE public.oldt AS ENUM ('a');
    CREATE DOMAIN public.amount AS integer; CREATE SEQUENCE public.ticket;
    CREATE SCHEMA ada; CREATE SCHEMA far; CREATE TABLE far.away (id int);
    SET search_path = ada, public;
    CREATE TABLE u (id serial PRIMARY KEY, p int CONSTRAINT u_prov REFERENCES prov, note text); CREATE TABLE inv (id int, total numeric);
    CREATE INDEX inv_total ON inv (total); CREATE VIEW v AS SELECT id FROM inv;
    CREATE TABLE m (at date NOT NULL) PARTITION BY RANGE (at); CREATE TABLE m1 PARTITION OF m FOR VALUES FROM ('2026-01-01') TO ('2026-06-01');
    CREATE TABLE heir () INHERITS (inv); CREATE TYPE state AS ENUM ('open'); CREATE TYPE pair AS (a int); CREATE DOMAIN own_amount AS int;
    CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE STATISTICS inv_stats (dependencies) ON id, total FROM inv;
    SELECT lo_create(4711); RESET search_path`)
})
afterAll(async () => {
  await client.query(`DROP OWNED BY ${ROLE}; DROP ROLE ${ROLE}`)
  await fleet.close()
})

async function footprint(sql: string, more: Partial<FootprintQuestion> = {}): Promise<Footprint> {
  await client.query('BEGIN; SET LOCAL search_path = ada, public, pg_temp')
  try {
    await client.query(sql)
    asked = 0
    return await readFootprint(client, {
      namespace: 'ada',
      shared: ['public'],
      everywhere: true,
      beside: (ask) => {
        asked += 1
        return ask(other)
      },
      ...more,
    })
  } finally {
    await client.query('ROLLBACK')
  }
}

/** As lines: `table public.audit_log dropped`. */
async function outside(sql: string, more: Partial<FootprintQuestion> = {}): Promise<readonly string[]> {
  const found = await footprint(sql, more)
  return found.outside.map(({ kind, name, how, byKeys }) => `${kind} ${name} ${how}${byKeys ? ', by keys' : ''}`)
}

async function inside(sql: string, more: Partial<FootprintQuestion> = {}): Promise<readonly string[]> {
  const found = await footprint(sql, more)
  expect(found.outside.filter(({ byKeys }) => !byKeys)).toEqual([])
  return found.inside.map(({ kind, name }) => `${kind} ${name}`)
}

const anyhow = (sql: string): string =>
  `DO $do$ BEGIN BEGIN ${sql}; EXCEPTION WHEN duplicate_object THEN NULL; END; END $do$`

describe('the footprint of a transaction', () => {
  it('has nothing of one that only reads, writes to the bookkeeping, or has temporary tables', async () => {
    const nothing = { inside: [], outside: [], rowsWritten: [], sharedLocks: [] }
    expect(await footprint('SELECT * FROM v; SELECT * FROM inv FOR UPDATE; SELECT f()')).toEqual(nothing)
    expect(await footprint('UPDATE schema_saga_target.target SET revision = revision')).toEqual(nothing)
    expect(
      await footprint(
        `CREATE TEMP TABLE x (id serial PRIMARY KEY, t text) ON COMMIT DROP; INSERT INTO x (t) VALUES ('a'); DROP TABLE x`,
      ),
    ).toEqual(nothing)
  })

  it.each([
    ['ALTER TABLE inv ADD COLUMN a int DEFAULT 1', ['table inv']],
    ['CREATE INDEX ON inv (id)', ['table inv']],
    ['DROP INDEX inv_total', ['table inv']],
    ['ALTER INDEX inv_total RENAME TO other', ['table inv']],
    ['CREATE TABLE "N o" (id serial PRIMARY KEY, t text)', ['sequence N o_id_seq', 'table N o']],
    ['DROP TABLE u', ['sequence u_id_seq', 'table u']],
    ['DROP TABLE inv CASCADE', ['table inv', 'view v']],
    ['DROP VIEW v', ['view v']],
    ["CREATE TABLE m2 PARTITION OF m FOR VALUES FROM ('2026-06-01') TO ('2026-07-01')", ['table m']],
    ['ALTER TABLE m1 ADD CHECK (at IS NOT NULL)', ['table m']],
    ['DROP TABLE m1', ['table m']],
    ['ALTER TABLE heir ADD COLUMN x int', ['table inv']],
    [
      "CREATE TYPE n AS ENUM ('a'); CREATE TYPE r AS RANGE (subtype = int); CREATE TYPE c AS (a int)",
      ['type c', 'type n', 'type r'],
    ],
    ['DROP TYPE pair', ['type pair']],
    ['ALTER TYPE pair ADD ATTRIBUTE b int', ['type pair']],
    [`ALTER TYPE state RENAME VALUE 'open' TO 'new'`, ['type state']],
    ['ALTER DOMAIN own_amount ADD CHECK (VALUE > 0)', ['type own_amount']],
    ["CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 2'", ['function f']],
    ['DROP FUNCTION f()', ['function f']],
    [`COMMENT ON FUNCTION f() IS 'x'`, ['function f']],
    ['ALTER STATISTICS inv_stats RENAME TO s2', ['table inv']],
    [`GRANT SELECT ON inv TO ${ROLE}`, ['table inv']],
    [`GRANT SELECT (total) ON inv TO ${ROLE}`, ['table inv']],
    [`GRANT USAGE ON SCHEMA ada TO ${ROLE}`, ['schema ada']],
    [
      `ALTER DEFAULT PRIVILEGES IN SCHEMA ada GRANT SELECT ON TABLES TO ${ROLE}`,
      [expect.stringMatching(/^default acl /)],
    ],
  ])('has what it touches in its namespace: %s', async (sql, expected) => {
    expect(await inside(sql)).toEqual(expected)
    expect(await inside(sql, { everywhere: false })).toEqual(expected)
  })

  it.each([
    ['DROP TABLE IF EXISTS audit_log', ['table public.audit_log dropped']],
    ['ALTER TABLE IF EXISTS audit_log ADD COLUMN a int', ['table public.audit_log ACCESS EXCLUSIVE']],
    ['TRUNCATE audit_log', ['table public.audit_log ACCESS EXCLUSIVE']],
    ['UPDATE audit_log SET note = NULL', ['table public.audit_log ROW EXCLUSIVE']],
    [`DO $$ BEGIN EXECUTE 'upd' || 'ate audit_log set id = 1'; END $$`, ['table public.audit_log ROW EXCLUSIVE']],
    [`SELECT nextval('ticket')`, ['sequence public.ticket ROW EXCLUSIVE']],
    [anyhow(`CREATE TYPE public.status AS ENUM ('a')`), ['type public.status written']],
    [
      anyhow('CREATE FUNCTION public.newf() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$'),
      ['function public.newf written'],
    ],
    [
      "CREATE OR REPLACE FUNCTION public.oldf() RETURNS int LANGUAGE sql AS 'SELECT 2'",
      ['function public.oldf written'],
    ],
    ['DROP TYPE IF EXISTS oldt', ['type public.oldt dropped']],
    ['DROP FUNCTION oldf()', ['function public.oldf dropped']],
    [`ALTER TYPE oldt ADD VALUE 'b'`, ['type public.oldt written']],
    ['ALTER DOMAIN amount ADD CHECK (VALUE > 0)', ['type public.amount written']],
    [`COMMENT ON FUNCTION oldf() IS 'x'`, ['function public.oldf written']],
    [`GRANT SELECT ON audit_log TO ${ROLE}`, ['table public.audit_log written']],
    [`GRANT SELECT (id) ON audit_log TO ${ROLE}`, ['table public.audit_log written']],
    [`GRANT EXECUTE ON FUNCTION oldf() TO ${ROLE}`, ['function public.oldf written']],
    [
      'CREATE STATISTICS s (dependencies) ON id, note FROM audit_log',
      ['table public.audit_log SHARE UPDATE EXCLUSIVE'],
    ],
    ['CREATE SCHEMA other', ['schema other written']],
    ['DROP SCHEMA far CASCADE', ['schema far dropped', 'table far.away dropped']],
    [`ALTER ROLE ${ROLE} SET work_mem = '4MB'`, ['setting of a role or database  written']],
    [`ALTER ROLE ${ROLE} CREATEDB`, ['role  written']],
    [`GRANT pg_monitor TO ${ROLE}`, ['membership of a role  written', 'role pg_monitor written']],
    ['CREATE CAST (public.oldt AS int) WITH INOUT', [expect.stringMatching(/^cast .* written$/)]],
    ['CREATE COLLATION public.c FROM "C"', ['collation public.c written']],
    ['CREATE PUBLICATION pub FOR TABLE ada.u', ['publication pub written']],
    ['SELECT lo_create(4712)', ['large object 4712 written']],
    ['SELECT lo_unlink(4711)', ['large object 4711 dropped']],
    [`SELECT lo_put(4711, 0, 'x')`, ['large object  written']],
    [
      'ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM public',
      [expect.stringMatching(/^default acl .* written$/)],
    ],
  ])('has what it touches elsewhere: %s', async (sql, expected) => {
    expect(await outside(sql)).toEqual(expected)
  })

  it('is read by a role that may do nothing, also where the server counts nothing', async () => {
    const sql = `CREATE SCHEMA other; ALTER TABLE inv ADD COLUMN a int; SET LOCAL track_counts = off; SET LOCAL ROLE ${ROLE}`
    expect(await outside(sql)).toEqual(['schema other written'])
  })

  it('finds what only names could lead to where nothing else is looked for', async () => {
    const near = { everywhere: false }
    expect(await outside(`GRANT SELECT ON audit_log TO ${ROLE}; DROP TYPE oldt`, near)).toEqual([
      'table public.audit_log written',
      'type public.oldt dropped',
    ])
    const far = `CREATE FUNCTION far.f() RETURNS int LANGUAGE sql AS 'SELECT 1'`
    expect(await outside(far)).toEqual(['function far.f written'])
    expect(await outside(`${far}; DROP TABLE far.away`, near)).toEqual(['table far.away dropped'])
  })

  it('takes no other transaction for its own, whenever that began and ended', async () => {
    await client.query('BEGIN; SET LOCAL search_path = ada, public; ALTER TABLE inv ADD COLUMN a int')
    await other.query(`CREATE FUNCTION public.theirs() RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE SCHEMA theirs;
      CREATE TABLE theirs.t (id int); GRANT SELECT ON public.audit_log TO ${ROLE}`)
    await client.query(anyhow('CREATE FUNCTION public.ours() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$'))
    await other.query(`CREATE OR REPLACE FUNCTION public.theirs() RETURNS int LANGUAGE sql AS 'SELECT 2'`)
    const question = { namespace: 'ada', shared: ['public'], everywhere: true }
    const found = await readFootprint(client, { ...question, beside: (ask) => ask(other) })
    await client.query('ROLLBACK')
    await other.query('DROP FUNCTION public.theirs(); DROP SCHEMA theirs CASCADE')
    expect(found.outside.map(({ kind, name }) => `${kind} ${name}`)).toEqual(['function public.ours'])
    expect(found.inside).toEqual([{ kind: 'table', name: 'inv' }])
  })

  it('does not have what an earlier transaction of the session did, or a part of it that was taken back', async () => {
    await client.query(`CREATE FUNCTION public.before() RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE SCHEMA before`)
    const sql = `${anyhow("CREATE TYPE public.gone AS ENUM ('a'); CREATE TYPE public.oldt AS ENUM ('a')")}; ALTER TABLE inv ADD a int`
    expect(await outside(sql)).toEqual([])
    await client.query('DROP FUNCTION public.before(); DROP SCHEMA before')
  })

  it('says of keys to other namespaces that they lock a table and do nothing else to it', async () => {
    const add = 'ALTER TABLE inv ADD CONSTRAINT inv_prov FOREIGN KEY (id) REFERENCES prov'
    const drop = 'ALTER TABLE u DROP CONSTRAINT u_prov'
    const [added, dropped] = [
      'table public.prov SHARE ROW EXCLUSIVE, by keys',
      'table public.prov ACCESS EXCLUSIVE, by keys',
    ]
    expect(await outside(`${add} NOT VALID`)).toEqual([added])
    expect(await outside(`${add}; ALTER TABLE inv VALIDATE CONSTRAINT inv_prov`)).toEqual([added])
    expect(await outside(drop)).toEqual([dropped])
    expect(await outside('DROP TABLE u')).toEqual([dropped])
    expect(await outside(`${drop}; ${add}`)).toEqual([dropped])
    expect(await outside('CREATE TABLE n (id int REFERENCES prov)')).toEqual([added])
    for (const more of ['ADD COLUMN a int', 'ALTER id SET DEFAULT 1', 'DISABLE TRIGGER ALL', 'ADD CHECK (id > 0)']) {
      expect(await outside(`${drop}; ALTER TABLE prov ${more}`)).toEqual(['table public.prov ACCESS EXCLUSIVE'])
    }
    expect(await outside(`${add} NOT VALID; UPDATE prov SET id = 1`)).toEqual(['table public.prov SHARE ROW EXCLUSIVE'])
    expect((await footprint(drop)).sharedLocks).toEqual([{ relation: 'public.prov', mode: 'ACCESS EXCLUSIVE' }])
  })

  it('has the tables that were there before and whose rows were to be written, also where there are none', async () => {
    const rows = async (sql: string) => (await footprint(sql)).rowsWritten
    expect(await rows('UPDATE inv SET total = 1 WHERE false')).toEqual(['inv'])
    expect(await rows(`DO $$ BEGIN EXECUTE 'del' || 'ete from m1'; END $$`)).toEqual(['m'])
    expect(await rows('ALTER TABLE inv ADD COLUMN a int; UPDATE inv SET a = 1')).toEqual(['inv'])
    expect(await rows('CREATE TABLE n (id int); INSERT INTO n VALUES (1); CREATE TABLE n2 AS SELECT 1 AS a')).toEqual(
      [],
    )
    expect(
      await rows('ALTER TABLE inv ALTER total TYPE int; CREATE INDEX ON inv (id); ALTER TABLE u ADD UNIQUE (note)'),
    ).toEqual([])
  })

  it('asks another session only where something was dropped', async () => {
    await footprint(
      'ALTER TABLE u ADD CONSTRAINT c CHECK (p > 0), ALTER note SET DEFAULT 1; ALTER TABLE u DROP CONSTRAINT c; ALTER TABLE u ALTER note DROP DEFAULT',
    )
    expect(asked).toBe(0)
    await footprint('DROP VIEW v')
    expect(asked).toBe(1)
  })

  it('asks no other session of what is known to be dropped', async () => {
    const only = {
      relations: ['u', 'inv', 'm', 'v'],
      types: ['state', 'pair', 'span'],
      routines: ['f'],
      namespace: false,
    }
    await client.query('CREATE TYPE ada.span AS RANGE (subtype = int); CREATE PUBLICATION of_u FOR TABLE ada.u')
    const before = await objectsBefore(client, 'ada', only)
    const sql = `DROP INDEX inv_total; ALTER TABLE u DROP CONSTRAINT u_pkey, DROP CONSTRAINT u_prov; DROP TABLE u, m, heir; DROP VIEW v;
      DROP TYPE pair, state, span; DROP FUNCTION f(); DROP STATISTICS inv_stats`
    const without = await footprint(sql)
    expect(await footprint(sql, { before })).toEqual(without)
    expect(asked).toBe(0)
    expect(without.inside.map(({ name }) => name)).toEqual('f,u_id_seq,inv,m,u,pair,span,state,v'.split(','))
    expect(without.outside).toEqual([{ kind: 'table', name: 'public.prov', how: 'ACCESS EXCLUSIVE', byKeys: true }])
    await footprint('DROP TABLE heir; DROP DOMAIN own_amount', { before })
    expect(asked).toBe(1)
    await client.query('DROP TYPE ada.span; DROP PUBLICATION of_u')
  })

  it('is of the same objects as lines of records', async () => {
    const found = await footprint(
      `ALTER TABLE m1 ADD CHECK (at IS NOT NULL); ALTER TYPE state RENAME VALUE 'open' TO 'o'; DROP FUNCTION f(); GRANT USAGE ON SCHEMA ada TO ${ROLE}`,
    )
    expect(onlyTouched(found.inside)).toEqual({ relations: ['m'], types: ['state'], routines: ['f'], namespace: true })
  })
})
