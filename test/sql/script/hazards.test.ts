import { describe, expect, it } from 'vitest'
import { type Known, scriptHazards } from '../../../src/sql/script/hazards.ts'
import { readScript } from '../../../src/sql/script/readScript.ts'

async function hazards(text: string, known: Known = {}): Promise<readonly string[]> {
  const script = await readScript('a.sql', text, { namespace: 's' })
  return (await scriptHazards(script, known)).map(({ name, detail }) => `${name} ${detail}`)
}

const PART = '\n-- schema-saga: new transaction\n'
const at = (column: number, line = 1): string => `a.sql, line ${line}, column ${column}: `

describe('nothing is to be known of', () => {
  it.each([
    'ALTER TABLE a ADD b text; ALTER TABLE a DROP b CASCADE',
    'CREATE TABLE a (b serial PRIMARY KEY, c uuid DEFAULT f(), d integer REFERENCES e)',
    'CREATE TABLE a (b integer); CREATE INDEX ON a (b); ALTER TABLE a ADD UNIQUE (b), ADD c serial, ALTER b TYPE text, ALTER b SET NOT NULL',
    'CREATE TABLE s.a (b integer); INSERT INTO a SELECT 1; DELETE FROM s.a; TRUNCATE a; ALTER TABLE a RENAME TO c; DROP TABLE c',
    'CREATE MATERIALIZED VIEW v AS SELECT 1 AS b; CREATE UNIQUE INDEX ON v (b); REFRESH MATERIALIZED VIEW v',
    'CREATE TABLE p (a integer) PARTITION BY LIST (a); CREATE TABLE q PARTITION OF p FOR VALUES IN (1); DROP TABLE q',
    'ALTER TABLE a ADD b text, ADD c integer NOT NULL DEFAULT 0, ADD d timestamptz DEFAULT now(), ADD e integer REFERENCES f (id)',
    'ALTER TABLE a ADD b text; ALTER TABLE a DROP b',
    'ALTER TABLE a ADD g integer GENERATED ALWAYS AS (b + 1) VIRTUAL',
    `ALTER TABLE a ADD CONSTRAINT k FOREIGN KEY (b) REFERENCES c (id) NOT VALID, ADD CONSTRAINT l CHECK (b > 0) NOT VALID;${PART}ALTER TABLE a VALIDATE CONSTRAINT k; ALTER TABLE a VALIDATE CONSTRAINT l`,
    `ALTER TABLE a ADD CONSTRAINT n CHECK (b IS NOT NULL) NOT VALID;${PART}ALTER TABLE a VALIDATE CONSTRAINT n;${PART}ALTER TABLE a ALTER b SET NOT NULL, DROP CONSTRAINT n`,
    `ALTER TABLE a ADD CONSTRAINT n CHECK (b IS NOT NULL AND a.c IS NOT NULL) NOT VALID;${PART}ALTER TABLE a VALIDATE CONSTRAINT n;${PART}ALTER TABLE a ALTER c SET NOT NULL, ALTER b SET NOT NULL`,
    `CREATE UNIQUE INDEX CONCURRENTLY i ON a (b);${PART}ALTER TABLE a ADD CONSTRAINT i UNIQUE USING INDEX i`,
    'ALTER TABLE a ADD CHECK (b > 0) NOT ENFORCED',
    'CREATE INDEX i ON ONLY a (b)',
    'CREATE INDEX CONCURRENTLY i ON a (b); DROP INDEX CONCURRENTLY j; VACUUM a',
    'DROP VIEW v; CREATE VIEW v AS SELECT 1; DROP MATERIALIZED VIEW w; DROP INDEX i; DROP FUNCTION f; DROP TYPE t',
    'ALTER TABLE a DROP CONSTRAINT c, ALTER b DROP NOT NULL, ALTER b SET DEFAULT 1, ENABLE ROW LEVEL SECURITY',
    "ALTER TYPE e ADD VALUE 'x'",
    'ALTER INDEX i RENAME TO j; ALTER TABLE a RENAME CONSTRAINT c TO d; ALTER TRIGGER t ON a RENAME TO u',
    'SELECT count(*) FROM a',
    'ALTER TABLE a ALTER b SET STATISTICS 500; ALTER TABLE c ADD d text',
    `ALTER TABLE a ADD b text;${PART}ALTER TABLE c ADD b text`,
    'ALTER TYPE t ADD ATTRIBUTE a integer CASCADE; ALTER TYPE t ALTER ATTRIBUTE a TYPE text',
    'ALTER DOMAIN d ADD CHECK (VALUE > 0) NOT VALID',
    'DO $$ BEGIN NULL; END $$'.replace('DO', 'CREATE PROCEDURE p() LANGUAGE plpgsql AS'),
  ])('%s', async (text) => {
    expect(await hazards(text)).toEqual([])
  })
})

describe('loss is told by its object', () => {
  it.each<[text: string, expected: readonly string[]]>([
    [
      'DROP TABLE IF EXISTS a, s.b',
      [
        'DROP TABLE: the rows of a are gone, and no undo brings them back',
        'DROP TABLE: the rows of b are gone, and no undo brings them back',
      ],
    ],
    [
      'ALTER TABLE a DROP b, DROP COLUMN IF EXISTS c',
      [
        'DROP COLUMN: the values of a.b are gone, and no undo brings them back',
        'DROP COLUMN: the values of a.c are gone, and no undo brings them back',
      ],
    ],
    ['ALTER TYPE t DROP ATTRIBUTE b', ['DROP COLUMN: the values of t.b are gone, and no undo brings them back']],
    ['DROP VIEW v CASCADE', ['CASCADE takes whatever depends on what is dropped: drop each by its name instead']],
    ['DROP TYPE t CASCADE', ['CASCADE takes whatever depends on what is dropped: drop each by its name instead']],
    [
      'DROP FUNCTION f(integer) CASCADE',
      ['CASCADE takes whatever depends on what is dropped: drop each by its name instead'],
    ],
    [
      'ALTER TABLE a DROP CONSTRAINT c CASCADE',
      ['CASCADE takes whatever depends on a.c: drop each by its name instead'],
    ],
    ['TRUNCATE a, b', ['TRUNCATE: all rows of a, b are gone']],
    ['TRUNCATE a CASCADE', ['TRUNCATE: all rows of a, and of every table with a foreign key to them, are gone']],
    ['DELETE FROM a WHERE b', ['DELETE: rows of a are gone, and no undo brings them back']],
    ['-- schema-saga: batch\nDELETE FROM a', ['DELETE: rows of a are gone, and no undo brings them back']],
    [
      'WITH x AS (DELETE FROM a RETURNING *) INSERT INTO b SELECT * FROM x',
      ['DELETE: rows of a are gone, and no undo brings them back'],
    ],
    [
      'MERGE INTO a USING b ON a.c = b.c WHEN MATCHED THEN DELETE',
      ['DELETE: rows of a are gone, and no undo brings them back'],
    ],
    [
      'CREATE TABLE IF NOT EXISTS a (b text); DROP TABLE a',
      ['DROP TABLE: the rows of a are gone, and no undo brings them back'],
    ],
    [
      'ALTER TABLE a RENAME TO a_old; CREATE TABLE a (b text); DROP TABLE a_old',
      ['DROP TABLE: the rows of a_old are gone, and no undo brings them back'],
    ],
    [
      'ALTER TABLE a ALTER b TYPE integer',
      ['the values of a.b may not fit into its new type: add another column, and fill it instead'],
    ],
    [
      'ALTER TABLE a ALTER b TYPE numeric(10, 1)',
      ['the values of a.b may not fit into its new type: add another column, and fill it instead'],
    ],
    [
      'ALTER TABLE a ALTER b TYPE varchar(3)',
      ['the values of a.b may not fit into its new type: add another column, and fill it instead'],
    ],
    [
      'ALTER TABLE a ALTER b TYPE date USING b::date',
      ['the values of a.b may not fit into its new type: add another column, and fill it instead'],
    ],
    [
      'ALTER TABLE a ALTER b TYPE text USING left(b, 3)',
      ['the values of a.b are replaced by what USING computes: add another column, and fill it instead'],
    ],
  ])('%s', async (text, expected) => {
    const found = (await hazards(text)).filter((hazard) => hazard.startsWith('LOSES_DATA'))
    expect(found.map((hazard) => hazard.replace(/^LOSES_DATA a\.sql, line \d+, column \d+: /, ''))).toEqual(expected)
  })

  it.each([
    ['ALTER TABLE a ALTER b TYPE bigint', 'integer'],
    ['ALTER TABLE a ALTER b TYPE integer', 'smallint'],
    ['ALTER TABLE a ALTER b TYPE text', 'character varying(20)'],
    ['ALTER TABLE a ALTER b TYPE varchar(40)', 'character varying(20)'],
    ['ALTER TABLE a ALTER b TYPE numeric(12, 3)', 'numeric(10,2)'],
    ['ALTER TABLE a ALTER b TYPE timestamptz', 'timestamp without time zone'],
    ['ALTER TABLE a ALTER b TYPE "Role_new" USING b::text::"Role_new"', '"Role"'],
    ['ALTER TABLE a ALTER b TYPE jsonb USING b::jsonb', 'text'],
  ])('and not where every value fits: %s of a column that is %s', async (text, type) => {
    const found = await hazards(text, { typeOf: (table, column) => (`${table}.${column}` === 'a.b' ? type : null) })
    expect(found.filter((hazard) => hazard.startsWith('LOSES_DATA'))).toEqual([])
  })

  it.each([
    ['ALTER TABLE a ALTER b TYPE integer', 'bigint'],
    ['ALTER TABLE a ALTER b TYPE bigint', 'numeric'],
    ['ALTER TABLE a ALTER b TYPE varchar(10)', 'character varying(20)'],
    ['ALTER TABLE a ALTER b TYPE numeric(10, 3)', 'numeric(10,2)'],
    ['ALTER TABLE a ALTER b TYPE date', 'timestamp with time zone'],
  ])('but where one may not: %s of a column that is %s', async (text, type) => {
    expect(await hazards(text, { typeOf: () => type })).toContainEqual(expect.stringMatching(/^LOSES_DATA/))
  })
})

describe('rows that are written are told by their tables', () => {
  const many = '; where there are many, "-- schema-saga: batch" before it keeps its transactions short'
  it.each<[text: string, expected: string]>([
    ['UPDATE a SET b = 1', `it writes rows of a${many}`],
    [
      '-- schema-saga: batch\nUPDATE a SET b = 1',
      'it writes rows of a; in batches: there is one pass, and rows written meanwhile are not in it',
    ],
    [
      '-- schema-saga: batch\nUPDATE a SET b = 1 WHERE b IS NULL',
      'it writes rows of a; in batches: where no row that it wrote meets its condition any more, passes repeat until one finds nothing; otherwise there is one pass, and rows written meanwhile are not in it',
    ],
    [
      '-- schema-saga: batch\nDELETE FROM a WHERE b = 1',
      'it writes rows of a; in batches: passes repeat until one finds nothing',
    ],
    ['WITH x AS (INSERT INTO c SELECT 1) UPDATE a SET b = 1', `it writes rows of a, c${many}`],
    ['INSERT INTO a VALUES (1)', 'it writes rows of a'],
    ['INSERT INTO other.a VALUES (1)', 'it writes rows of other.a'],
    [
      "SELECT setval('q', 1)",
      'it runs code that may write rows of any table; it moves a sequence, which no rollback takes back',
    ],
    ['DO $$ BEGIN NULL; END $$', 'it runs code that may write rows of any table'],
    ['ALTER TABLE a ALTER b TYPE bigint USING b * 100', 'it writes rows of a'],
  ])('%s', async (text, expected) => {
    const found = (await hazards(text)).filter((hazard) => hazard.startsWith('WRITES_ROWS'))
    expect(found).toEqual([`WRITES_ROWS ${at(1, text.startsWith('--') ? 2 : 1)}${expected}`])
  })
})

describe('who waits is told, with what to do instead', () => {
  it.each<[text: string, name: string, what: string, advice: string]>([
    ['CREATE INDEX i ON a (b)', 'INDEX_BUILD', 'while nobody can write to a (SHARE)', 'write CONCURRENTLY'],
    ['ALTER TABLE a ADD UNIQUE (b)', 'INDEX_BUILD', 'while nobody can use a (ACCESS EXCLUSIVE)', 'USING INDEX'],
    ['ALTER TABLE a ADD PRIMARY KEY (b)', 'INDEX_BUILD', 'while nobody can use a (ACCESS EXCLUSIVE)', 'USING INDEX'],
    ['ALTER TABLE a ADD b text UNIQUE', 'INDEX_BUILD', 'while nobody can use a (ACCESS EXCLUSIVE)', 'USING INDEX'],
    [
      'ALTER TABLE a ADD EXCLUDE USING gist (b WITH &&)',
      'INDEX_BUILD',
      'while nobody can use a (ACCESS EXCLUSIVE)',
      'a quiet hour',
    ],
    ['ALTER TABLE a ALTER b SET NOT NULL', 'SCANS_TABLE', 'reads all rows of a', 'CHECK (b IS NOT NULL) NOT VALID'],
    [
      'ALTER TABLE a ADD CONSTRAINT n CHECK (b IS NOT NULL) NOT VALID; ALTER TABLE a ALTER b SET NOT NULL',
      'SCANS_TABLE',
      'SET NOT NULL',
      'NOT VALID',
    ],
    ['ALTER TABLE a ADD CONSTRAINT n NOT NULL b', 'SCANS_TABLE', 'reads all rows of a', 'NOT VALID'],
    ['ALTER TABLE a ADD CHECK (b > 0)', 'SCANS_TABLE', 'CHECK reads all rows of a', 'add it NOT VALID'],
    [
      'ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES c (id)',
      'SCANS_TABLE',
      'nobody can write to a (SHARE ROW EXCLUSIVE)',
      'add it NOT VALID',
    ],
    [
      'ALTER TABLE a ADD b integer DEFAULT 1 REFERENCES c (id)',
      'SCANS_TABLE',
      'a foreign key reads all rows of a',
      'add it NOT VALID',
    ],
    ['ALTER TABLE a ADD b integer CHECK (b > 0)', 'SCANS_TABLE', 'CHECK reads all rows of a', 'add it NOT VALID'],
    ['ALTER TABLE a ADD b text NOT NULL', 'SCANS_TABLE', 'fails wherever a has rows', 'give a.b a default'],
    [
      'ALTER TABLE a ADD CONSTRAINT k CHECK (b > 0) NOT VALID; ALTER TABLE a VALIDATE CONSTRAINT k',
      'SCANS_TABLE',
      'VALIDATE CONSTRAINT reads all rows of a',
      'new transaction',
    ],
    ['ALTER TABLE a ATTACH PARTITION b FOR VALUES IN (1)', 'SCANS_TABLE', 'reads all rows of b', 'NOT VALID'],
    ['ALTER DOMAIN d ADD CHECK (VALUE > 0)', 'SCANS_TABLE', 'use the domain', 'NOT VALID'],
    ['ALTER DOMAIN d SET NOT NULL', 'SCANS_TABLE', 'use the domain', 'NOT VALID'],
    ['ALTER TABLE a ALTER b TYPE text', 'REWRITES_TABLE', 'writes a anew', 'add another column'],
    [
      'ALTER TABLE a ADD b uuid DEFAULT gen_random_uuid()',
      'REWRITES_TABLE',
      'gen_random_uuid() is computed for each row',
      'fill the rows in batches',
    ],
    [
      'ALTER TABLE a ADD b uuid DEFAULT other.f()',
      'REWRITES_TABLE',
      'other.f() is computed',
      'fill the rows in batches',
    ],
    ['ALTER TABLE a ADD b bigserial', 'REWRITES_TABLE', 'gets a number', 'fill the rows in batches'],
    ['ALTER TABLE a ADD b integer GENERATED BY DEFAULT AS IDENTITY', 'REWRITES_TABLE', 'gets a number', 'in batches'],
    [
      'ALTER TABLE a ADD b text GENERATED ALWAYS AS (lower(c)) STORED',
      'REWRITES_TABLE',
      'a.b is computed',
      'in batches',
    ],
    ['ALTER TABLE a SET UNLOGGED', 'REWRITES_TABLE', 'SET UNLOGGED writes a anew', 'anew'],
    ['VACUUM (FULL) a', 'REWRITES_TABLE', 'VACUUM FULL', 'leave FULL out'],
    ['REFRESH MATERIALIZED VIEW v', 'REWRITES_TABLE', 'REFRESH fills v anew', 'CONCURRENTLY'],
    ['ALTER TABLE a RENAME TO b', 'BREAKS_OLD_READERS', 'the table a as "b"', 'both names'],
    ['ALTER TABLE a RENAME b TO c', 'BREAKS_OLD_READERS', 'the column a.b as "c"', 'both names'],
    ['ALTER VIEW v RENAME TO w', 'BREAKS_OLD_READERS', 'the view v as "w"', 'both names'],
    ['ALTER FUNCTION f() RENAME TO g', 'BREAKS_OLD_READERS', 'the function as "g"', 'both names'],
    ["ALTER TYPE e RENAME VALUE 'x' TO 'y'", 'BREAKS_OLD_READERS', "the value 'x'", 'change over'],
  ])('%s', async (text, name, what, advice) => {
    const found = (await hazards(text)).find((hazard) => hazard.startsWith(name))
    expect(found).toMatch(/^[A-Z_]+ a\.sql, line 1, column \d+: /)
    expect(found).toContain(what)
    expect(found).toContain(advice)
  })

  it.each([
    ['ALTER TABLE a ALTER b TYPE text', 'character varying(20)'],
    ['ALTER TABLE a ALTER b TYPE varchar(40)', 'character varying(20)'],
    ['ALTER TABLE a ALTER b TYPE numeric(12, 2)', 'numeric(10,2)'],
  ])('and nobody does where rows stay as they are: %s of a column that is %s', async (text, type) => {
    expect(await hazards(text, { typeOf: () => type })).toEqual([])
  })

  it('of several tables in one transaction, with where to part it', async () => {
    const text = `-- é\nALTER TABLE a ADD b text;\nCREATE TABLE n (a integer);\nALTER TABLE n ADD b text;\nDROP TRIGGER t ON c;\nCREATE POLICY p ON a USING (true);${PART}ALTER TABLE d ADD b text;`
    expect(await hazards(text)).toEqual([
      `LOCKS_SEVERAL ${at(1, 2)}one transaction locks a, c, and may deadlock with applications that use them in another order: part it with "-- schema-saga: new transaction" before a.sql, line 5, column 1`,
    ])
  })

  it.each([
    'ALTER TABLE a ADD CONSTRAINT k FOREIGN KEY (b) REFERENCES c (id) NOT VALID; ALTER TABLE d ADD b text',
    'CREATE TABLE n (b integer REFERENCES a (id), c integer REFERENCES d (id)); CREATE POLICY p ON e USING (true)',
    'CREATE TABLE n PARTITION OF a FOR VALUES IN (1); LOCK TABLE b',
    'DROP TABLE a; CREATE INDEX i ON b (c)',
    'TRUNCATE a; ALTER TABLE b RENAME c TO d',
  ])('also where other parts of statements lock them: %s', async (text) => {
    expect(await hazards(text)).toContainEqual(expect.stringMatching(/^LOCKS_SEVERAL/))
  })

  it('at the statement that does it, in characters', async () => {
    expect(await hazards('-- é\nSELECT \'ü\';  CREATE INDEX ON s."größe" (b)')).toEqual([
      `INDEX_BUILD ${at(14, 2)}CREATE INDEX reads all rows while nobody can write to größe (SHARE): name it, and write CONCURRENTLY`,
    ])
  })
})

describe('what is the same in many statements', () => {
  it('is told of the first five, and counted of the others', async () => {
    const told = await hazards(`${'TRUNCATE a; '.repeat(5_000)}TRUNCATE b`)
    const [first, ...more] = told.filter((each) => each.includes('a.sql') && !each.endsWith(' b'))
    expect(first).toContain(at(1))
    expect(told.length).toBeLessThan(30)
    expect(more.some((each) => each.includes('a.sql, line 1, column 49, and in 4995 more places: '))).toBe(true)
  })
})
