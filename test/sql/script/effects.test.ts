import { describe, expect, it } from 'vitest'
import { writesRows } from '../../../src/sql/rows.ts'
import { readScript } from '../../../src/sql/script/readScript.ts'

/** Of the last statement of a text. */
async function effects(
  text: string,
): Promise<{ readonly runsCode: boolean; readonly writesRows: boolean } | undefined> {
  const { stages } = await readScript('a.sql', text, { namespace: 's' })
  const last = stages.at(-1)?.statements.at(-1)
  return last && { runsCode: last.runsCode, writesRows: last.writesRows }
}

describe('a session serves other namespaces, and no rows are written, after', () => {
  it.each([
    'CREATE TABLE a (b integer DEFAULT f(), c text CHECK (other.g(c)), d uuid DEFAULT gen_random_uuid())',
    'ALTER TABLE a ADD b text, ADD c timestamptz DEFAULT now(), ADD d integer DEFAULT abs(-1), DROP e',
    'ALTER TABLE a ALTER b SET DEFAULT f(), ALTER c SET NOT NULL',
    'ALTER TABLE a ADD CHECK (f(b)) NOT VALID',
    'ALTER TABLE a ADD CHECK (length(b) > 1)',
    'CREATE INDEX ON a (lower(b), (c + 1)) WHERE coalesce(d, 1) > 0',
    "CREATE INDEX ON a (extract(year FROM b), (c AT TIME ZONE 'utc'))",
    "CREATE FUNCTION f() RETURNS integer LANGUAGE sql AS 'DELETE FROM a'",
    'CREATE FUNCTION f() RETURNS integer BEGIN ATOMIC DELETE FROM a; SELECT f(); END',
    'CREATE VIEW v AS SELECT f() FROM a',
    'CREATE MATERIALIZED VIEW v AS SELECT f() FROM a WITH NO DATA',
    'CREATE RULE r AS ON INSERT TO a DO INSTEAD INSERT INTO b VALUES (f())',
    'CREATE POLICY p ON a USING (f(b))',
    'CREATE TRIGGER t BEFORE UPDATE ON a FOR EACH ROW WHEN (f(NEW.b)) EXECUTE FUNCTION g()',
    'CREATE DOMAIN d AS text CHECK (f(VALUE))',
    "ALTER TYPE e ADD VALUE 'b'",
    'ALTER SEQUENCE q RESTART',
    'LOCK TABLE a',
    'DROP TABLE a CASCADE',
    'GRANT SELECT ON a TO app',
    'SET CONSTRAINTS ALL IMMEDIATE',
  ])('%s', async (text) => {
    expect(await effects(text)).toEqual({ runsCode: false, writesRows: false })
  })
})

describe('a session serves its namespace alone, and no rows are written, after', () => {
  it.each([
    'SELECT count(*) FROM a',
    "SELECT pg_catalog.now(), to_jsonb(b), string_agg(c, ',') FROM a",
    'CREATE TABLE a AS SELECT * FROM b',
    'CREATE TABLE a (b integer); INSERT INTO a SELECT 1',
    'CREATE TABLE s.a (b integer); INSERT INTO a SELECT 1; UPDATE s.a SET b = 1',
    'CREATE TABLE a (b integer); ALTER TABLE a RENAME TO c; DELETE FROM c',
    'CREATE TEMP TABLE a ON COMMIT DROP AS SELECT 1 AS b; INSERT INTO a SELECT 2',
    'CREATE TABLE a (b integer); TRUNCATE a',
    "CREATE TABLE a (b integer); ALTER TABLE a ALTER b TYPE text USING b || 'x'",
    "ALTER TABLE a ADD b integer; ALTER TABLE a ALTER b TYPE text USING b || 'x'",
    'ALTER TABLE a ADD b uuid DEFAULT gen_random_uuid()',
    'ALTER TABLE a ADD b text GENERATED ALWAYS AS (f(c)) STORED',
    'ALTER TABLE a ALTER b TYPE bigint',
    'ALTER TABLE a VALIDATE CONSTRAINT c',
    'ALTER TABLE a ATTACH PARTITION b FOR VALUES IN (1)',
    'ALTER DOMAIN d VALIDATE CONSTRAINT c',
    'CREATE INDEX ON a (f(b))',
    'CREATE INDEX ON a (other.lower(b))',
    'REFRESH MATERIALIZED VIEW v',
    'VACUUM a',
    'REINDEX TABLE CONCURRENTLY a',
  ])('%s', async (text) => {
    expect(await effects(text)).toEqual({ runsCode: true, writesRows: false })
  })
})

describe('rows may be written by', () => {
  it.each([
    'INSERT INTO a VALUES (1)',
    'UPDATE a SET b = 1',
    'DELETE FROM a',
    'MERGE INTO a USING b ON a.c = b.c WHEN MATCHED THEN DELETE',
    'TRUNCATE a',
    'WITH x AS (DELETE FROM a RETURNING *) SELECT * FROM x',
    'CREATE TABLE c AS WITH x AS (DELETE FROM a RETURNING *) SELECT * FROM x',
    'DO $$ BEGIN NULL; END $$',
    'CALL p()',
    'SELECT f()',
    'SELECT other.lower(b) FROM a',
    'SELECT * FROM f()',
    "SELECT setval('q', 5)",
    "SELECT nextval('q')",
    'SELECT pg_catalog.lo_unlink(5)',
    'ALTER TABLE a ADD b integer DEFAULT f()',
    'ALTER TABLE a ADD CHECK (f(b))',
    'CREATE TABLE a PARTITION OF b FOR VALUES FROM (f()) TO (1)',
    'ALTER TABLE a ALTER b TYPE bigint USING b * 100',
    'CREATE TABLE IF NOT EXISTS a (b integer); INSERT INTO a SELECT 1',
    'CREATE TABLE a (b integer); INSERT INTO a SELECT f()',
    'CREATE TABLE a (b integer); INSERT INTO c SELECT b FROM a',
    'CREATE TABLE a (b integer); DROP TABLE a; INSERT INTO a SELECT 1',
    'CREATE TABLE a (b integer); ALTER TABLE a RENAME TO c; ALTER TABLE d RENAME TO a; DELETE FROM a',
    'CREATE TABLE other.a (b integer); INSERT INTO a SELECT 1',
    'CREATE TABLE a (b integer); CREATE TRIGGER t AFTER INSERT ON a FOR EACH ROW EXECUTE FUNCTION f(); INSERT INTO a SELECT 1',
    'CREATE TABLE a (b integer); CREATE RULE r AS ON INSERT TO a DO ALSO DELETE FROM c; INSERT INTO a SELECT 1',
    'CREATE TABLE a PARTITION OF b FOR VALUES IN (1); INSERT INTO a SELECT 1',
    'CREATE TABLE a () INHERITS (b); INSERT INTO a SELECT 1',
    'CREATE TABLE a (b integer); ALTER TABLE p ATTACH PARTITION a FOR VALUES IN (1); INSERT INTO a SELECT 1',
    'CREATE VIEW v AS SELECT * FROM a; DELETE FROM v',
    'ALTER TABLE a ADD COLUMN IF NOT EXISTS b text; ALTER TABLE a ALTER b TYPE integer USING 1',
  ])('%s', async (text) => {
    expect(await effects(text)).toEqual({ runsCode: true, writesRows: true })
    expect(await writesRows(text)).toBe(true)
  })
})
