import type { ClientBase } from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { LookWithin } from '../../src/postgres/record/looking.ts'
import { type RecordSettings, readRecord } from '../../src/postgres/record/readRecord.ts'
import { readRecordShapes } from '../../src/postgres/record/readRecordShapes.ts'
import { type NamespaceRecord, unsupportedIn } from '../../src/sql/record.ts'
import { differenceText, recordDifferences } from '../../src/sql/recordDifferences.ts'
import { openFleet, type TestFleet } from '../postgres/fleet.ts'
import { makeRoles } from './cases.ts'
import { ALTERATIONS, EVERYTHING, LEFT_OUT } from './everything.ts'

const SETTINGS: RecordSettings = { tenantRole: null, partitions: 'any' }

let fleet: TestFleet
let client: ClientBase
let before: NamespaceRecord
let usual: unknown
beforeAll(async () => {
  fleet = await openFleet()
  client = fleet.client
  await makeRoles(client)
  await client.query('CREATE PUBLICATION everything_out')
  await make('invoice', EVERYTHING)
  before = await record('invoice')
  usual = await shape()
})
afterAll(() => fleet.close())

async function make(namespace: string, sql: string): Promise<void> {
  await client.query(`CREATE SCHEMA "${namespace}"; SET search_path = "${namespace}"; ${sql}; RESET search_path`)
}

async function record(namespace: string, settings = SETTINGS): Promise<NamespaceRecord> {
  const found = await readRecord(client, namespace, settings)
  if (found === null) throw new Error(`there is no ${namespace}`)
  return found
}

async function shape(within?: LookWithin): Promise<unknown> {
  const [found] = await readRecordShapes(client, ['invoice'], SETTINGS, within)
  return found
}

/** What is different within a transaction, which is taken back; and whether the hash says so, too. */
async function told(sql: string, settings = SETTINGS): Promise<{ texts: readonly string[]; isSame: boolean }> {
  const within: LookWithin = 'the transaction of the caller'
  await client.query(`BEGIN; SET LOCAL search_path = invoice; ${sql}`)
  try {
    const after = await readRecord(client, 'invoice', settings, within)
    const isSame = JSON.stringify(await shape(within)) === JSON.stringify(usual)
    return { texts: recordDifferences(before, after ?? { lines: [] }).map(differenceText), isSame }
  } finally {
    await client.query('ROLLBACK')
  }
}

describe('the record of a namespace', () => {
  it('has a line for each kind of object, and names its own namespace nowhere', async () => {
    expect(unsupportedIn(before)).toEqual([])
    await make('database', EVERYTHING)
    expect(await record('database')).toEqual(before)
    expect(JSON.stringify(await record('database'))).not.toContain('database')
    const kinds = [...new Set(before.lines.map(({ kind }) => kind))]
    expect(kinds.sort()).toEqual(
      'aggregate column comment composite constraint domain enum function grants index materialized_view owned_by policy populated procedure range rule sequence statistics table trigger view'.split(
        ' ',
      ),
    )
  })

  it.each(ALTERATIONS)('tells %s', async (_, sql, expected) => {
    const { texts, isSame } = await told(sql)
    expect(texts.map((text, index) => (text.startsWith(expected[index] ?? '-') ? expected[index] : text))).toEqual(
      expected,
    )
    expect(isSame).toBe(false)
  })

  it.each(LEFT_OUT)('does not mind %s', async (_, sql) => {
    expect(await told(sql)).toEqual({ texts: [], isSame: true })
  })

  it('counts the set of partitions where a project says so', async () => {
    const exact: RecordSettings = { tenantRole: null, partitions: 'exact' }
    const child = { kind: 'partition', name: 'reading_2026' }
    expect((await record('invoice', exact)).lines).toContainEqual(expect.objectContaining(child))
    expect(before.lines).not.toContainEqual(expect.objectContaining(child))
  })
})

describe('what no line describes', () => {
  it.each([
    ['CREATE OPERATOR === (LEFTARG = integer, RIGHTARG = integer, FUNCTION = int4eq)', 'operator'],
    ['CREATE COLLATION mine FROM "C"', 'collation mine'],
    ['CREATE TEXT SEARCH CONFIGURATION mine (COPY = simple)', 'text search configuration mine'],
    ['CREATE TYPE shell', 'type shell'],
    [
      'CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s FOREIGN DATA WRAPPER w; CREATE FOREIGN TABLE far () SERVER s',
      'foreign table far',
    ],
  ])('is named, and equals nothing: %s', async (sql, name) => {
    await make('odd', sql)
    const odd = await record('odd')
    expect(unsupportedIn(odd)).toEqual([expect.stringContaining(name)])
    expect(recordDifferences(odd, odd)).toHaveLength(1)
    await client.query('DROP SCHEMA odd CASCADE; DROP FOREIGN DATA WRAPPER IF EXISTS w CASCADE')
  })
})

describe('names that look like the namespace', () => {
  it('are left as they are in texts, aliases and bodies', async () => {
    const sql = (text: string) => `CREATE TABLE a (a text DEFAULT 'a.a bb.a', id integer);
      CREATE VIEW v AS SELECT a.a, a.id FROM a; CREATE FUNCTION f() RETURNS text LANGUAGE sql AS $$ SELECT '${text}' $$;
      COMMENT ON TABLE a IS 'data.x database.y'`
    await make('a', sql('data.x database.y'))
    await make('bb', sql('data.x database.y'))
    expect(await record('bb')).toEqual(await record('a'))
    await make('data', sql('datx database.y'))
    expect(recordDifferences(await record('a'), await record('data')).map(({ object }) => object)).toEqual([
      'function f()',
    ])
  })

  it('are a difference where a text holds what another namespace has as a value', async () => {
    await make('one', `CREATE SEQUENCE s; CREATE TABLE t (id bigint DEFAULT nextval('s'))`)
    await make('two', `CREATE SEQUENCE s; CREATE TABLE t (id bigint DEFAULT nextval('one.s'))`)
    await make('three', `CREATE SEQUENCE s; CREATE TABLE t (id bigint DEFAULT nextval('s'))`)
    expect(await record('three')).toEqual(await record('one'))
    expect(recordDifferences(await record('one'), await record('two')).map(differenceText)).toEqual([
      `column t.id is different (default: nextval('one.s'::regclass), and not nextval('s'::regclass))`,
    ])
  })

  it('are told as the namespace where an object has the name of one of Postgres own', async () => {
    const sql = `CREATE FUNCTION lower(text) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT $1 $$;
      CREATE DOMAIN date AS text; CREATE TABLE point (x integer);
      CREATE TABLE t (a text DEFAULT {ns}.lower('A'), b {ns}.date, c {ns}.point, d text DEFAULT '{text}.lower');
      CREATE FUNCTION f({ns}.date) RETURNS {ns}.date LANGUAGE sql AS $$ SELECT '{text}.date' $$;
      CREATE INDEX i ON t (({ns}.lower(a))); CREATE VIEW v AS SELECT '{text}.lower' AS x, {ns}.lower(a) AS y, lower(a) AS z FROM t`
    const made = (namespace: string, text: string) =>
      make(namespace, sql.replaceAll('{ns}', `"${namespace}"`).replaceAll('{text}', text))
    await made('own', 'own')
    await made('Own "it"s".x'.replaceAll('"', ''), 'own')
    await made('third', 'third')
    expect(await record('Own its.x')).toEqual(await record('own'))
    expect(recordDifferences(await record('own'), await record('third')).map(({ object }) => object)).toEqual([
      'column t.d',
      'function f(<namespace>.date)',
      'view v',
    ])
    const [column] = (await record('own')).lines.filter(({ name }) => name === 't.a')
    expect(column?.facts.default).toBe("<namespace>.lower('A'::text)")
  })

  it('stand for roles where a tenant has one of its own', async () => {
    for (const namespace of ['r1', 'r2']) {
      await client.query(`DROP ROLE IF EXISTS ${namespace}_case_app; CREATE ROLE ${namespace}_case_app`)
      await make(namespace, `CREATE TABLE t (); GRANT SELECT ON t TO ${namespace}_case_app`)
    }
    const settings: RecordSettings = { tenantRole: '{namespace}_case_app', partitions: 'any' }
    expect(await record('r1', settings)).toEqual(await record('r2', settings))
    expect(recordDifferences(await record('r1'), await record('r2'))).toHaveLength(1)
    await client.query('DROP SCHEMA r1, r2 CASCADE; DROP ROLE r1_case_app; DROP ROLE r2_case_app')
  })
})

describe('many namespaces', () => {
  it('are looked at together, and one that somebody holds is told alone', async () => {
    const names = Array.from({ length: 120 }, (_, index) => `many_${index}`)
    await client.query(
      names
        .map(
          (name) =>
            `CREATE SCHEMA ${name}; CREATE TABLE ${name}.t (id integer); CREATE VIEW ${name}.v AS SELECT id FROM ${name}.t`,
        )
        .join(';'),
    )
    const other = await fleet.connect()
    await other.query('BEGIN; LOCK many_7.t IN ACCESS EXCLUSIVE MODE')
    const found = await readRecordShapes(client, [...names, 'nowhere'], SETTINGS)
    await other.query('ROLLBACK')
    expect(found.filter((each) => 'error' in each).map(({ namespace }) => namespace)).toEqual(['many_7'])
    expect(new Set(found.flatMap((each) => ('shape' in each ? [each.shape] : []))).size).toBe(1)
    expect(found).toHaveLength(120)
  })
})
