import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildBaseline } from '../../src/postgres/record/buildBaseline.ts'
import { type RecordSettings, readRecord } from '../../src/postgres/record/readRecord.ts'
import { type Baseline, type BaselineReading, readBaseline } from '../../src/sql/baseline.ts'
import { chainWith, sqlSchemaHash } from '../../src/sql/chain.ts'
import { parseSql } from '../../src/sql/parser.ts'
import { differenceText, recordDifferences } from '../../src/sql/recordDifferences.ts'
import { sqlTextOf } from '../../src/sql/text.ts'
import { openFleet, type TestFleet } from '../postgres/fleet.ts'
import { makeRoles } from './cases.ts'
import { EVERYTHING } from './everything.ts'

const SETTINGS: RecordSettings = { tenantRole: null, partitions: 'any' }
const DUMP = readFileSync(join(import.meta.dirname, 'dumps/everything.sql'))

let fleet: TestFleet
beforeAll(async () => {
  fleet = await openFleet()
  await makeRoles(fleet.client)
  await fleet.client.query(`CREATE SCHEMA d18; SET search_path = d18; ${EVERYTHING}; RESET search_path`)
})
afterAll(() => fleet.close())

async function build(baseline: Baseline, namespace: string): Promise<void> {
  await fleet.client.query(`DROP SCHEMA IF EXISTS "${namespace}" CASCADE; CREATE SCHEMA "${namespace}"; BEGIN`)
  try {
    await buildBaseline(fleet.client, baseline, { namespace, shared: [], source: 'a.sql' })
    await fleet.client.query('COMMIT')
  } catch (error) {
    await fleet.client.query('ROLLBACK')
    throw error
  }
}

/** The statements as they would run in `ns`. */
async function read(text: string, reading: BaselineReading = { namespace: 'd18' }): Promise<readonly string[]> {
  return (await readBaseline('a.sql', text, reading)).statements.map(({ sql }) => sql.join('"ns"'))
}

describe('what pg_dump writes of a namespace', () => {
  it('makes the same namespace elsewhere, and nothing of it leads back', async () => {
    const baseline = await readBaseline('a.sql', DUMP)
    expect(baseline.namespace).toBe('d18')
    expect(baseline.takenOff).toEqual(
      expect.arrayContaining([
        '\\restrict and \\unrestrict',
        'CREATE SCHEMA d18',
        'SELECT set_config',
        'SET row_security',
      ]),
    )
    const original = await readRecord(fleet.client, 'd18', SETTINGS)
    for (const namespace of ['shop_base', 'Acme "1".d18']) {
      await build(baseline, namespace.replaceAll('"', ''))
      const made = await readRecord(fleet.client, namespace.replaceAll('"', ''), SETTINGS)
      expect(recordDifferences(original ?? { lines: [] }, made ?? { lines: [] }).map(differenceText)).toEqual([])
    }
  })

  it('is refused with rows in it', async () => {
    const text = 'CREATE TABLE d18.a (b text);\nCOPY d18.a (b) FROM stdin;\nx\n\\.\n'
    await expect(read(text)).rejects.toThrow('a.sql, line 2, column 1: it holds rows: dump it with --schema-only.')
  })

  it('of public is known by what is said above each object', async () => {
    const text = '--\n-- Name: a; Type: TABLE; Schema: public; Owner: -\n--\n\nCREATE TABLE public.a (b public.citext)'
    expect(await read(text, {})).toEqual(['CREATE TABLE a (b citext)'])
  })
})

describe('the name of the dumped namespace', () => {
  it.each([
    ['of tables and types', 'CREATE TABLE d18.a (b "d18".c, d d18.c[])', 'CREATE TABLE a (b c, d c[])'],
    ['in capitals', 'DROP TABLE D18.a, d18 . b', 'DROP TABLE a,  b'],
    ['of columns', "COMMENT ON COLUMN d18.a.b IS 'd18.a.b'", "COMMENT ON COLUMN a.b IS 'd18.a.b'"],
    [
      'in a default',
      `ALTER TABLE d18.a ALTER b SET DEFAULT nextval('d18.s'::regclass)`,
      `ALTER TABLE a ALTER b SET DEFAULT nextval('s'::regclass)`,
    ],
    [
      'in a default without a cast',
      `ALTER TABLE a ALTER b SET DEFAULT nextval('"d18"."S"')`,
      `ALTER TABLE a ALTER b SET DEFAULT nextval('"S"')`,
    ],
    ['in the name of a function', `SELECT 'd18.f(d18.t)'::regprocedure`, `SELECT 'f(t)'::regprocedure`],
    [
      'in the path of a function',
      `CREATE FUNCTION d18.f() RETURNS int LANGUAGE sql SET search_path TO 'd18', 'public' AS 'SELECT 1'`,
      `CREATE FUNCTION f() RETURNS int LANGUAGE sql SET search_path TO "ns", 'public' AS 'SELECT 1'`,
    ],
    ['itself', 'GRANT USAGE ON SCHEMA other, d18 TO app', 'GRANT USAGE ON SCHEMA other, "ns" TO app'],
    [
      'in default privileges',
      'ALTER DEFAULT PRIVILEGES FOR ROLE o IN SCHEMA d18 GRANT SELECT ON TABLES TO app',
      'ALTER DEFAULT PRIVILEGES FOR ROLE o IN SCHEMA "ns" GRANT SELECT ON TABLES TO app',
    ],
    [
      'behind letters of several bytes',
      '-- é ü\nCREATE VIEW d18."größe" AS SELECT \'é\' AS "ñ" FROM d18."größe2"',
      'CREATE VIEW "größe" AS SELECT \'é\' AS "ñ" FROM "größe2"',
    ],
  ])('is taken off %s', async (_, text, expected) => {
    expect(await read(text)).toEqual([expected])
  })

  it.each([
    ['an alias', 'CREATE VIEW v AS SELECT d18.id FROM t d18'],
    ['a column', 'CREATE TABLE t (d18 integer)'],
    ['part of a longer name', 'CREATE TABLE x.d18 (d180 integer)'],
    ['a text', `CREATE TABLE t (a text DEFAULT 'd18.a')`],
  ])('stays where it is %s', async (_, text) => {
    expect(await read(text)).toEqual([text])
  })

  it('is refused in bodies, with line and column, unless qualifications are to be taken off', async () => {
    const text = `SELECT 1;\nCREATE FUNCTION d18.f() RETURNS int LANGUAGE sql AS $$\n SELECT id FROM d18.t $$`
    await expect(read(text)).rejects.toMatchObject({
      code: 'SQL_NAMES_NAMESPACE',
      message:
        'Bodies name the namespace "d18", so that every tenant would use it: function f in a.sql, line 3, column 17: --rewrite-bodies takes qualifications off.',
    })
    const rewritten = await read(text, { namespace: 'd18', rewriteBodies: true })
    expect(rewritten[1]).toContain('SELECT id FROM t')
    const bare = `DO $$ BEGIN PERFORM 'd18'; END $$`
    await expect(read(bare, { namespace: 'd18', rewriteBodies: true })).rejects.toThrow('take that out by hand')
    expect(await read(`DO $$ BEGIN PERFORM 'd180'; END $$`)).toHaveLength(1)
  })

  it('is left where a body names a setting of that name, and no object, once qualifications are taken off', async () => {
    const body = (name: string) =>
      `CREATE TABLE d18.t (); CREATE FUNCTION d18.f() RETURNS text LANGUAGE sql AS $$ SELECT current_setting('d18.${name}') $$`
    const [, left] = await read(body('user'), { namespace: 'd18', rewriteBodies: true })
    expect(left).toContain("current_setting('d18.user')")
    const [, taken] = await read(body('t'), { namespace: 'd18', rewriteBodies: true })
    expect(taken).toContain("current_setting('t')")
  })

  it('is found when an object would depend on it all the same', async () => {
    const text = 'CREATE TABLE t (id integer DEFAULT 1); CREATE VIEW v AS SELECT id FROM d18.customer'
    const baseline = await readBaseline('a.sql', text, { namespace: 'elsewhere' })
    await expect(build({ ...baseline, namespace: 'd18' }, 'depends')).rejects.toThrow(
      /would depend on the namespace "d18": .*depends\.v/,
    )
  })
})

describe('a text', () => {
  it('is the same with a BOM and CRLF, and keeps its places', async () => {
    const [plain, windows] = [sqlTextOf('a', 'SELECT 1;\nSELECT 2'), sqlTextOf('a', '\uFEFFSELECT 1;\r\nSELECT 2')]
    expect(windows.bytes).toEqual(plain.bytes)
    await expect(read('SELECT 1;\n  é selct 2')).rejects.toMatchObject({
      code: 'SQL_INVALID',
      message: expect.stringContaining('a.sql, line 2, column '),
    })
    expect(() => sqlTextOf('a', Buffer.from([0xff, 0x41]))).toThrow('a is not in UTF-8')
    expect(() => sqlTextOf('a', 'SELECT 1;\n\0')).toThrow('a, line 2, column 1: there is a NUL character.')
  })

  it('that is nested too deeply is refused, and the next one is read', async () => {
    await expect(read(`SELECT ${'('.repeat(20_000)}1${')'.repeat(20_000)}`)).rejects.toMatchObject({
      code: 'SQL_TOO_COMPLEX',
    })
    expect(await read('SELECT 1')).toEqual(['SELECT 1'])
  })

  it('says the line of a statement that Postgres refuses, and of a body that names what is not there', async () => {
    const late = await readBaseline('a.sql', 'CREATE TABLE a ();\n\nCREATE TABLE a ()', {})
    await expect(build(late, 'late')).rejects.toThrow(/a\.sql, line 3.*already exists/)
    const body = await readBaseline(
      'a.sql',
      `CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT n FROM nowhere'`,
      {},
    )
    await expect(build(body, 'late')).rejects.toThrow(/function .*f\(\).*nowhere/)
  })

  it('is cut into its statements, whatever letters it has', async () => {
    const pieces = [
      'SELECT 1',
      `SELECT 'ü;é' -- x;\n`,
      'SELECT "größe" FROM t',
      "DO $é$ ; 'ü' $é$",
      'CREATE TABLE "株;式" ()',
      '/* é; */ SELECT 2',
    ]
    const drawn = fc.array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 8 })
    await fc.assert(
      fc.asyncProperty(drawn, async (some) => {
        const text = sqlTextOf('a', `-- é\n${some.join(';\n')}`)
        const cut = (await parseSql(text)).map(({ start, end }) => text.bytes.subarray(start, end).toString())
        const bare = some.map((piece) => piece.replace('/* é; */ ', '').replace(/ -- x;\n$/, ''))
        expect(cut).toEqual(bare)
      }),
      { numRuns: 50 },
    )
  })
})

describe('the chain', () => {
  const first = chainWith(null, { name: 'baseline', up: 'a', down: null })
  it.each([
    ['the name', { name: 'y', up: 'b', down: null }],
    ['the way there', { name: 'x', up: 'c', down: null }],
    ['the way back', { name: 'x', up: 'b', down: '' }],
  ])('tells revisions of one number apart by %s', (_, other) => {
    const link = { name: 'x', up: 'b', down: null }
    expect(chainWith(first, other)).not.toBe(chainWith(first, link))
    expect(chainWith(null, link)).not.toBe(chainWith(first, link))
    expect(sqlSchemaHash(2, chainWith(first, link))).not.toBe(sqlSchemaHash(2, chainWith(first, other)))
  })
})
