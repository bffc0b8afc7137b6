import fc from 'fast-check'
import type { ClientBase } from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readColumnOrder } from '../../src/postgres/record/readColumnOrder.ts'
import { readRecord, WHOLE } from '../../src/postgres/record/readRecord.ts'
import { readRecordShapes } from '../../src/postgres/record/readRecordShapes.ts'
import { joinedOnly, NOTHING, narrowedTo, type Only, objectsOfLines } from '../../src/sql/onlyLines.ts'
import type { RecordLine } from '../../src/sql/record.ts'
import { differingLines, recordDifferences } from '../../src/sql/recordDifferences.ts'
import { openFleet, type TestFleet } from '../postgres/fleet.ts'
import { CASES, loadCase, makeRoles } from './cases.ts'
import { EVERYTHING } from './everything.ts'

let fleet: TestFleet
let client: ClientBase
beforeAll(async () => {
  fleet = await openFleet()
  client = fleet.client
  await makeRoles(client)
  await client.query('CREATE PUBLICATION everything_out')
})
afterAll(() => fleet.close())

async function make(namespace: string, sql: string): Promise<void> {
  await client.query(`CREATE SCHEMA "${namespace}"; SET search_path = "${namespace}"; ${sql}; RESET search_path`)
}

async function linesOf(namespace: string, only: Only | null = null): Promise<readonly RecordLine[]> {
  const found = await readRecord(client, namespace, WHOLE, 'its own transaction', only)
  return found?.lines ?? []
}

/** What is hard to belong right: partitions of partitions, sequences of other tables, names that need quotes, two of one name. */
const ODD = `
CREATE TABLE "Reading (old)" (at date NOT NULL, place text, n bigserial) PARTITION BY RANGE (at);
CREATE TABLE year PARTITION OF "Reading (old)" FOR VALUES FROM ('2026-01-01') TO ('2027-01-01') PARTITION BY LIST (place);
CREATE TABLE here PARTITION OF year FOR VALUES IN ('here'); ALTER TABLE here ADD CHECK (place <> 'there');
CREATE STATISTICS of_here (dependencies) ON at, place FROM here; COMMENT ON STATISTICS of_here IS 'two of them';
CREATE TABLE first_parent (a integer); CREATE TABLE second_parent (b integer);
CREATE TABLE heir (id serial, c integer) INHERITS (first_parent, second_parent);
CREATE TABLE "the namespace" (id integer GENERATED ALWAYS AS IDENTITY CONSTRAINT "k.e y" PRIMARY KEY);
COMMENT ON INDEX "k.e y" IS 'a key'; COMMENT ON SEQUENCE "the namespace_id_seq" IS 'counts';
ALTER PUBLICATION everything_out ADD TABLE "the namespace";
CREATE SEQUENCE apart OWNED BY first_parent.a;
CREATE DOMAIN small AS integer CONSTRAINT "a.b" CHECK (VALUE < 9); COMMENT ON CONSTRAINT "a.b" ON DOMAIN small IS 'no more';
CREATE SEQUENCE word; CREATE FUNCTION word() RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION word(small, "the namespace") RETURNS integer LANGUAGE sql AS 'SELECT 2';
CREATE FUNCTION lower(text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT $1'; CREATE TABLE uses (t text DEFAULT odd.lower('A'));
CREATE TYPE pair AS (a integer, b integer); COMMENT ON COLUMN pair.a IS 'first';
CREATE COLLATION mine FROM "C"; CREATE TABLE _aside_1_old (id serial);
COMMENT ON SCHEMA odd IS 'odd'; ALTER DEFAULT PRIVILEGES IN SCHEMA odd GRANT SELECT ON TABLES TO saga_case_app`

const objectsIn = (only: Only): readonly Only[] => [
  ...only.relations.map((name) => ({ ...NOTHING, relations: [name] })),
  ...only.types.map((name) => ({ ...NOTHING, types: [name] })),
  ...only.routines.map((name) => ({ ...NOTHING, routines: [name] })),
  { ...NOTHING, namespace: true },
]

describe.each([...CASES, 'everything', 'odd'] as const)('a narrow reading of %s', (name) => {
  let whole: readonly RecordLine[]
  beforeAll(async () => {
    await (name === 'everything' || name === 'odd'
      ? make(name, name === 'odd' ? ODD : EVERYTHING)
      : loadCase(client, name, name))
    whole = await linesOf(name)
  })

  it('finds of any objects the lines that the whole reading has of them', async () => {
    const all = objectsOfLines(whole, whole)
    expect(narrowedTo(whole, { ...all, namespace: true })).toEqual(whole)
    expect(await linesOf(name, { ...all, namespace: true })).toEqual(whole)
    for (const some of fc.sample(fc.subarray([...objectsIn(all)]), 6)) {
      const only = some.reduce(joinedOnly, NOTHING)
      expect({ only, lines: await linesOf(name, only) }).toEqual({ only, lines: narrowedTo(whole, only) })
    }
  })

  it('has the lines of an object exactly once, with the objects that they belong to', async () => {
    const objects = objectsIn(objectsOfLines(whole, whole))
    for (const { kind, name: line } of whole) {
      const one = whole.filter((each) => each.kind === kind && each.name === line)
      const belongs = objectsOfLines(one, whole)
      expect({
        kind,
        line,
        of: objects.filter((each) => JSON.stringify(each) === JSON.stringify(belongs)).length,
      }).toEqual({ kind, line, of: 1 })
      expect(narrowedTo(whole, belongs)).toEqual(expect.arrayContaining(one))
    }
  })
})

describe('a narrow reading', () => {
  it('sees partitions with their root, and each of them and its own by its name', async () => {
    const names = async (relation: string) =>
      (await linesOf('odd', { ...NOTHING, relations: [relation] })).map(({ kind, name }) => `${kind} ${name}`)
    expect(await names('year')).toEqual([
      'child here',
      'comment statistics of_here',
      'partition here',
      'partition year',
      'statistics of_here',
    ])
    expect(await names('heir')).toContain('child heir')
    expect(await names('second_parent')).toEqual(['column second_parent.b', 'table second_parent'])
    expect(await names('"quoted"')).toEqual([])
  })

  it('says where an object is printed behind one of Postgres own, though that one was not asked for', async () => {
    const [column] = await linesOf('odd', { ...NOTHING, relations: ['uses'] })
    expect(column?.facts.default).toBe("<namespace>.lower('A'::text)")
  })

  it('of many namespaces tells whether these objects are alike, whatever else is', async () => {
    await make('left', 'CREATE TABLE a (b integer); CREATE TABLE x (y integer)')
    await make('right', 'CREATE TABLE a (b integer); CREATE TABLE x (y text)')
    const shapes = async (relation: string) => {
      const only = { ...NOTHING, relations: [relation] }
      const found = await readRecordShapes(client, ['left', 'right'], WHOLE, 'its own transaction', only)
      return new Set(found.map((each) => 'shape' in each && each.shape)).size
    }
    expect([await shapes('a'), await shapes('x')]).toEqual([1, 2])
  })

  it('of what a transaction has changed is the same as the whole one, within it', async () => {
    const before = await linesOf('everything')
    const within = 'the transaction of the caller' as const
    await client.query(`BEGIN; SET LOCAL search_path = everything; ALTER TABLE invoice DROP COLUMN note CASCADE;
      ALTER TYPE address ADD ATTRIBUTE zip text; COMMENT ON INDEX invoice_pkey IS NULL; DROP FUNCTION note_of(text) CASCADE;
      ALTER TABLE reading_2026 ADD CHECK (value < 9); GRANT USAGE ON SCHEMA everything TO saga_case_app`)
    const after = (await readRecord(client, 'everything', WHOLE, within))?.lines ?? []
    const only = objectsOfLines(differingLines({ lines: before }, { lines: after }), [...before, ...after])
    const narrow = (await readRecord(client, 'everything', WHOLE, within, only))?.lines ?? []
    await client.query('ROLLBACK')
    expect(only).toEqual({
      relations: ['invoice', 'open_invoice', 'reading'],
      types: ['address'],
      routines: ['note_of'],
      namespace: true,
    })
    expect(narrow).toEqual(narrowedTo(after, only))
    expect(recordDifferences({ lines: narrowedTo(before, only) }, { lines: narrow })).toEqual(
      recordDifferences({ lines: before }, { lines: after }),
    )
  })

  it('knows a namespace that is not there from one where nothing is', async () => {
    const read = (namespace: string) => readRecord(client, namespace, WHOLE, 'its own transaction', NOTHING)
    expect([await read('nowhere'), (await read('left'))?.lines]).toEqual([null, []])
  })

  it('leaves a failed transaction of the caller failed, and tells what failed first', async () => {
    await client.query('BEGIN')
    await client.query('SELECT 1 / 0').catch(() => undefined)
    await expect(readRecord(client, 'left', WHOLE, 'the transaction of the caller')).rejects.toMatchObject({
      code: '25P02',
    })
    await client.query('ROLLBACK')
  })
})

describe('the order of columns', () => {
  it('is that in which they are there, and not that of partitions', async () => {
    const before = await readColumnOrder(client, 'odd')
    expect(before.get('heir')).toEqual(['a', 'b', 'id', 'c'])
    expect([...before.keys()]).not.toContain('year')
    await client.query(
      'BEGIN; ALTER TABLE odd.heir DROP id; ALTER TABLE odd.heir ADD id integer; CREATE TABLE odd.none ()',
    )
    const after = await readColumnOrder(client, 'odd')
    await client.query('ROLLBACK')
    expect([after.get('heir'), after.get('none')]).toEqual([['a', 'b', 'c', 'id'], []])
    expect(after.get('first_parent')).toEqual(before.get('first_parent'))
  })
})
