import { describe, expect, it } from 'vitest'
import { readScript } from '../../../src/sql/script/readScript.ts'

const refused = (text: string, namespace: string | null = null) =>
  expect(readScript('a.sql', text, { namespace })).rejects

describe('a statement runs', () => {
  it.each(
    `CREATE TABLE a (b integer PRIMARY KEY, c text REFERENCES d (e) CHECK (c <> ''))
    CREATE UNLOGGED TABLE a ()
    CREATE TABLE a PARTITION OF b FOR VALUES IN (1)
    CREATE TABLE a AS SELECT 1 AS b
    CREATE TEMP TABLE a (b integer) ON COMMIT DROP
    CREATE TEMP TABLE a ON COMMIT DROP AS SELECT 1 AS b
    CREATE TABLE pg_temp.a (b integer) ON COMMIT DROP
    ALTER TABLE a ADD b integer, DROP c, ALTER d TYPE text, ENABLE ROW LEVEL SECURITY, OWNER TO o
    ALTER TABLE a DETACH PARTITION b
    ALTER TABLE a DETACH PARTITION b FINALIZE
    ALTER TABLE a RENAME TO b
    ALTER TABLE a RENAME COLUMN b TO c
    ALTER TABLE a RENAME CONSTRAINT b TO c
    ALTER TABLE a DISABLE TRIGGER ALL
    DROP TABLE IF EXISTS a, b CASCADE
    CREATE INDEX ON a (b)
    CREATE INDEX IF NOT EXISTS i ON a (b)
    CREATE UNIQUE INDEX CONCURRENTLY i ON a (b)
    ALTER INDEX i RENAME TO j
    ALTER INDEX i ATTACH PARTITION j
    DROP INDEX i
    DROP INDEX CONCURRENTLY IF EXISTS i
    CREATE OR REPLACE VIEW v AS SELECT 1
    CREATE RECURSIVE VIEW v (n) AS VALUES (1)
    ALTER VIEW v SET (security_invoker = on)
    DROP VIEW v
    CREATE MATERIALIZED VIEW v AS SELECT 1
    REFRESH MATERIALIZED VIEW CONCURRENTLY v
    ALTER MATERIALIZED VIEW v RENAME TO w
    DROP MATERIALIZED VIEW v
    CREATE SEQUENCE s OWNED BY a.b
    ALTER SEQUENCE s RESTART WITH 5
    DROP SEQUENCE s
    CREATE TYPE t AS ENUM ('a')
    CREATE TYPE t AS (a integer)
    CREATE TYPE t AS RANGE (subtype = integer)
    ALTER TYPE t ADD VALUE 'b'
    ALTER TYPE t RENAME VALUE 'a' TO 'b'
    ALTER TYPE t ADD ATTRIBUTE b text
    ALTER TYPE t RENAME ATTRIBUTE b TO c
    ALTER TYPE t OWNER TO o
    DROP TYPE t
    CREATE DOMAIN d AS text CHECK (VALUE <> '')
    ALTER DOMAIN d ADD CONSTRAINT c CHECK (true) NOT VALID
    ALTER DOMAIN d RENAME CONSTRAINT c TO e
    DROP DOMAIN d
    CREATE FUNCTION f() RETURNS integer LANGUAGE sql AS 'SELECT 1'
    CREATE FUNCTION f(a integer) RETURNS integer RETURN $1 + 1
    CREATE OR REPLACE FUNCTION f() RETURNS trigger AS $$ BEGIN RETURN NEW; END $$ LANGUAGE 'plpgsql' SET search_path FROM CURRENT
    CREATE PROCEDURE p() LANGUAGE plpgsql AS $$ BEGIN NULL; END $$
    ALTER FUNCTION f() IMMUTABLE
    ALTER ROUTINE f() RENAME TO g
    DROP FUNCTION f(integer)
    DROP PROCEDURE p
    DROP ROUTINE p
    CREATE AGGREGATE a (integer) (sfunc = int4pl, stype = integer)
    ALTER AGGREGATE a (integer) RENAME TO b
    DROP AGGREGATE a (integer)
    CREATE TRIGGER t BEFORE UPDATE ON a FOR EACH ROW EXECUTE FUNCTION f()
    CREATE CONSTRAINT TRIGGER t AFTER UPDATE ON a DEFERRABLE FOR EACH ROW EXECUTE FUNCTION f()
    ALTER TRIGGER t ON a RENAME TO u
    DROP TRIGGER t ON a
    CREATE POLICY p ON a USING (b = current_user)
    ALTER POLICY p ON a TO app
    DROP POLICY p ON a
    CREATE RULE r AS ON INSERT TO a DO ALSO NOTHING
    DROP RULE r ON a
    CREATE STATISTICS s ON b, c FROM a
    ALTER STATISTICS s SET STATISTICS 100
    DROP STATISTICS s
    COMMENT ON TABLE a IS 'COPY'
    COMMENT ON COLUMN a.b IS NULL
    COMMENT ON CONSTRAINT c ON a IS 'x'
    COMMENT ON FUNCTION f() IS 'x'
    GRANT SELECT (b), UPDATE ON a TO app WITH GRANT OPTION
    GRANT USAGE ON SEQUENCE s TO app
    REVOKE EXECUTE ON FUNCTION f() FROM PUBLIC
    GRANT USAGE ON TYPE t TO app
    INSERT INTO a VALUES (1) ON CONFLICT DO NOTHING
    UPDATE a SET b = 1 FROM c
    DELETE FROM a USING b
    MERGE INTO a USING b ON a.c = b.c WHEN MATCHED THEN DO NOTHING
    WITH x AS (DELETE FROM a RETURNING *) SELECT * FROM x
    SELECT setval('s', 1), set_config('app.tenant', 'x', true)
    SELECT set_config('lock_timeout', '5s', true)
    TABLE a
    VALUES (1)
    TRUNCATE a RESTART IDENTITY CASCADE
    DO $$ BEGIN NULL; END $$
    DO LANGUAGE plpgsql $$ BEGIN NULL; END $$
    CALL p()
    LOCK TABLE a IN SHARE MODE
    SET CONSTRAINTS ALL DEFERRED
    REINDEX INDEX CONCURRENTLY i
    VACUUM (FULL) a`.split('\n'),
  )('%s', async (text) => {
    expect((await readScript('a.sql', text, { namespace: null })).stages).toHaveLength(1)
  })

  it.each([
    "statement_timeout = '10min'",
    'statement_timeout TO 5000',
    "lock_timeout = '5s'",
    "work_mem = '256MB'",
    "maintenance_work_mem = '1GB'",
    'check_function_bodies = off',
  ])('after SET LOCAL %s', async (setting) => {
    const { stages } = await readScript('a.sql', `SET LOCAL ${setting}; DROP TABLE a`, { namespace: null })
    expect(stages[0]?.statements).toHaveLength(2)
  })

  it.each([
    'GRANT USAGE ON SCHEMA s TO app',
    'GRANT SELECT ON ALL TABLES IN SCHEMA s TO app',
    "COMMENT ON SCHEMA s IS 'x'",
    'ALTER DEFAULT PRIVILEGES FOR ROLE o IN SCHEMA s REVOKE ALL ON TABLES FROM app',
    'VACUUM s.a',
    'CREATE INDEX CONCURRENTLY i ON s.a (b)',
  ])('when the namespace in it is that of the text: %s', async (text) => {
    expect((await readScript('a.sql', text, { namespace: 's' })).stages).toHaveLength(1)
    await refused(text).toMatchObject({ code: 'STATEMENT_UNSUPPORTED' })
  })
})

describe('a statement that does not run is refused in words, with what to do', () => {
  it.each<[text: string, what: string, why: string]>([
    ["COPY a TO PROGRAM 'x'", 'COPY', 'write rows as INSERT'],
    ["COPY a FROM '/tmp/x'", 'COPY', 'write rows as INSERT'],
    ['CREATE SCHEMA s', 'CREATE SCHEMA', 'without a namespace'],
    ['CREATE DATABASE d', 'CREATE DATABASE', 'belongs to the whole server'],
    ['ALTER DATABASE d SET work_mem = 1', 'ALTER DATABASE', 'belongs to the whole server'],
    ['CREATE TABLESPACE t LOCATION $$/x$$', 'CREATE TABLESPACE', 'belongs to the whole server'],
    ['ALTER SYSTEM SET work_mem = 1', 'ALTER SYSTEM SET', 'belongs to the whole server'],
    ['CREATE EXTENSION IF NOT EXISTS pg_trgm', 'CREATE EXTENSION', 'extensions belong to the whole database'],
    ['ALTER EXTENSION pg_trgm UPDATE', 'ALTER EXTENSION', 'extensions belong'],
    ['DROP EXTENSION pg_trgm', 'DROP EXTENSION', 'extensions belong'],
    ["COMMENT ON EXTENSION pg_trgm IS 'x'", 'COMMENT ON EXTENSION', 'extensions belong'],
    ['CREATE ROLE r', 'CREATE ROLE', 'roles belong to the whole server'],
    ['CREATE USER r', 'CREATE USER', 'roles belong'],
    ['ALTER ROLE r SET search_path = x', 'ALTER ROLE', 'roles belong'],
    ['DROP ROLE r', 'DROP ROLE', 'roles belong'],
    ['GRANT admin TO app', 'GRANT', 'roles belong'],
    ['REVOKE admin FROM app', 'REVOKE', 'roles belong'],
    ['DROP OWNED BY r', 'DROP OWNED BY', 'roles belong'],
    ['REASSIGN OWNED BY r TO s', 'REASSIGN OWNED BY', 'roles belong'],
    ['ALTER SCHEMA s RENAME TO t', 'ALTER SCHEMA', 'belongs to the target'],
    ['ALTER SCHEMA s OWNER TO t', 'ALTER SCHEMA', 'belongs to the target'],
    ['DROP SCHEMA s CASCADE', 'DROP SCHEMA', 'belongs to the target'],
    ['ALTER TABLE a SET SCHEMA t', 'ALTER TABLE', 'out of the namespace'],
    ['GRANT USAGE ON SCHEMA other TO app', 'GRANT', 'names the namespace "other"'],
    ['GRANT ALL ON DATABASE d TO app', 'GRANT', 'a database is no object'],
    ['ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO app', 'ALTER DEFAULT PRIVILEGES', 'write IN SCHEMA'],
    [
      'ALTER DEFAULT PRIVILEGES IN SCHEMA other GRANT SELECT ON TABLES TO app',
      'ALTER DEFAULT PRIVILEGES',
      'names the namespace "other"',
    ],
    ['CREATE EVENT TRIGGER t ON ddl_command_end EXECUTE FUNCTION f()', 'CREATE EVENT TRIGGER', 'whole database'],
    ['CREATE LANGUAGE l', 'CREATE LANGUAGE', 'whole database'],
    ["CREATE FUNCTION f() RETURNS integer LANGUAGE c AS 'a', 'b'", 'CREATE FUNCTION', 'this one is in c'],
    ["CREATE FUNCTION f() RETURNS integer LANGUAGE plpython3u AS 'x'", 'CREATE FUNCTION', 'this one is in plpython3u'],
    ["CREATE FUNCTION f() RETURNS integer AS 'x'", 'CREATE FUNCTION', 'does not say its language'],
    ["CREATE FUNCTION pg_temp.f() RETURNS integer LANGUAGE sql AS 'SELECT 1'", 'CREATE FUNCTION', 'ON COMMIT DROP'],
    ["DO LANGUAGE plpython3u 'x'", 'DO LANGUAGE', 'this one is in plpython3u'],
    ['CREATE FOREIGN TABLE a () SERVER s', 'CREATE FOREIGN TABLE', 'lead out'],
    ['ALTER FOREIGN TABLE a ADD b text', 'ALTER FOREIGN TABLE', 'a foreign table is no object'],
    ['ALTER FOREIGN TABLE a RENAME b TO c', 'ALTER FOREIGN TABLE', 'a foreign table is no object'],
    ['ALTER FUNCTION f() DEPENDS ON EXTENSION e', 'ALTER FUNCTION', 'no line for its kind'],
    ['DROP FOREIGN TABLE a', 'DROP FOREIGN TABLE', 'a foreign table is no object'],
    ['CREATE SERVER s FOREIGN DATA WRAPPER w', 'CREATE SERVER', 'lead out'],
    ['CREATE USER MAPPING FOR u SERVER s', 'CREATE USER MAPPING', 'lead out'],
    ['IMPORT FOREIGN SCHEMA s FROM SERVER t INTO u', 'IMPORT FOREIGN SCHEMA', 'lead out'],
    ['CREATE PUBLICATION p FOR ALL TABLES', 'CREATE PUBLICATION', 'publications'],
    ["CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p", 'CREATE SUBSCRIPTION', 'publications'],
    ['CREATE CAST (a AS b) WITHOUT FUNCTION', 'CREATE CAST', 'whole database'],
    ['CREATE OPERATOR CLASS o FOR TYPE t USING btree AS STORAGE t', 'CREATE OPERATOR CLASS', 'no line for its kind'],
    ['CREATE OPERATOR + (FUNCTION = f)', 'CREATE OPERATOR', 'an operator is no object'],
    ['CREATE COLLATION c FROM "C"', 'CREATE COLLATION', 'a collation is no object'],
    [
      'CREATE TEXT SEARCH CONFIGURATION c (COPY = english)',
      'CREATE TEXT SEARCH',
      'a text search configuration is no object',
    ],
    ['CREATE TYPE t (INPUT = f, OUTPUT = g)', 'CREATE TYPE', 'a base type needs functions in C'],
    ['CREATE TYPE t', 'CREATE TYPE', 'a base type needs functions in C'],
    ["SECURITY LABEL ON TABLE a IS 'x'", 'SECURITY LABEL ON', 'no line for its kind'],
    ["LOAD 'x'", 'LOAD', 'about a session'],
    ['LISTEN x', 'LISTEN', 'about a session'],
    ['UNLISTEN *', 'UNLISTEN', 'about a session'],
    ['DISCARD ALL', 'DISCARD ALL', 'about a session'],
    ['SHOW work_mem', 'SHOW', 'about a session'],
    ["NOTIFY pgrst, 'reload schema'", 'NOTIFY', 'afterCommit'],
    ['PREPARE p AS SELECT 1', 'PREPARE', 'write the statement itself'],
    ['EXECUTE p', 'EXECUTE', 'write the statement itself'],
    ['CREATE TABLE a AS EXECUTE p', 'CREATE TABLE', 'write the statement itself'],
    ['DEALLOCATE ALL', 'DEALLOCATE ALL', 'write the statement itself'],
    ['DECLARE c CURSOR WITH HOLD FOR SELECT 1', 'DECLARE', 'write the statement itself'],
    ['FETCH ALL FROM c', 'FETCH ALL', 'write the statement itself'],
    ['CLOSE c', 'CLOSE', 'write the statement itself'],
    ['EXPLAIN ANALYZE DELETE FROM a', 'EXPLAIN ANALYZE DELETE', 'ask it in psql'],
    ['CLUSTER a', 'CLUSTER', 'leave it out'],
    ['CHECKPOINT', 'CHECKPOINT', 'belongs to the whole server'],
    ['ANALYZE a', 'ANALYZE', 'VACUUM (ANALYZE)'],
    ['VACUUM', 'VACUUM', 'name them'],
    ['VACUUM other.a', 'VACUUM', 'another namespace'],
    ['REINDEX TABLE a', 'REINDEX TABLE', 'CONCURRENTLY'],
    ['REINDEX (CONCURRENTLY) SCHEMA s', 'REINDEX', 'with a name'],
    ['REINDEX TABLE CONCURRENTLY other.a', 'REINDEX TABLE CONCURRENTLY', 'another namespace'],
    ['CREATE INDEX CONCURRENTLY ON a (b)', 'CREATE INDEX CONCURRENTLY', 'has to have a name'],
    ['CREATE INDEX CONCURRENTLY i ON other.a (b)', 'CREATE INDEX CONCURRENTLY', 'another namespace'],
    [
      'CREATE TABLE p (a integer) PARTITION BY LIST (a); CREATE INDEX CONCURRENTLY i ON p (a)',
      'CREATE INDEX CONCURRENTLY',
      'leave CONCURRENTLY out',
    ],
    ['DROP INDEX CONCURRENTLY i, j', 'DROP INDEX CONCURRENTLY', 'one by one'],
    ['DROP INDEX CONCURRENTLY other.i', 'DROP INDEX CONCURRENTLY', 'another namespace'],
    ['ALTER TABLE other.a DETACH PARTITION b CONCURRENTLY', 'ALTER TABLE', 'another namespace'],
    ['CREATE TEMP TABLE a (b integer)', 'CREATE TEMP TABLE', 'ON COMMIT DROP'],
    ['CREATE TEMPORARY TABLE a (b integer) ON COMMIT DELETE ROWS', 'CREATE TEMPORARY TABLE', 'ON COMMIT DROP'],
    ['CREATE TEMP TABLE IF NOT EXISTS a AS SELECT 1', 'CREATE TEMP TABLE', 'ON COMMIT DROP'],
    ['CREATE TABLE pg_temp.a (b integer)', 'CREATE TABLE', 'ON COMMIT DROP'],
    ['CREATE TEMP VIEW v AS SELECT 1', 'CREATE TEMP VIEW', 'ON COMMIT DROP'],
    ['CREATE TEMP SEQUENCE s', 'CREATE TEMP SEQUENCE', 'ON COMMIT DROP'],
    ["CREATE TYPE pg_temp.t AS ENUM ('a')", 'CREATE TYPE', 'ON COMMIT DROP'],
    ['SELECT 1 AS b INTO a', 'SELECT', 'CREATE TABLE ... AS SELECT'],
    ['UPDATE a SET b = $1', 'UPDATE', 'nobody gives a value for $1'],
    ['SET search_path = x', 'SET search_path', 'those of the target'],
    ['SET LOCAL search_path TO x', 'SET LOCAL search_path', 'those of the target'],
    ['SET ROLE x', 'SET ROLE', 'those of the target'],
    ['SET LOCAL ROLE x', 'SET LOCAL ROLE', 'those of the target'],
    ['RESET ROLE', 'RESET ROLE', 'those of the target'],
    ['RESET ALL', 'RESET ALL', 'those of the target'],
    ['SET SESSION AUTHORIZATION x', 'SET SESSION AUTHORIZATION', 'those of the target'],
    ['SET session_replication_role = replica', 'SET session_replication_role', 'those of the target'],
    ['SET LOCAL row_security = off', 'SET LOCAL row_security', 'those of the target'],
    ['SET TRANSACTION ISOLATION LEVEL SERIALIZABLE', 'SET TRANSACTION', 'those of the target'],
    ["SET lock_timeout = '5s'", 'SET lock_timeout', 'write SET LOCAL lock_timeout'],
    ['SET LOCAL lock_timeout = 0', 'SET LOCAL lock_timeout', 'may be 1ms to 10s'],
    ["SET LOCAL lock_timeout = '1min'", 'SET LOCAL lock_timeout', 'may be 1ms to 10s'],
    ['SET LOCAL lock_timeout TO DEFAULT', 'SET LOCAL lock_timeout', 'may be 1ms to 10s'],
    ["SET LOCAL statement_timeout = '6h'", 'SET LOCAL statement_timeout', 'may be 1ms to 330min'],
    ['SET LOCAL statement_timeout = -1', 'SET LOCAL statement_timeout', 'may be 1ms to 330min'],
    ["SET LOCAL work_mem = '2GB'", 'SET LOCAL work_mem', 'may be 64kB to 1GB'],
    ["SET LOCAL work_mem = '1 elephant'", 'SET LOCAL work_mem', 'may be 64kB to 1GB'],
    ["SET LOCAL lock_timeout = '1s'", 'SET LOCAL', 'nothing else is done'],
    ["SELECT pg_catalog.set_config('search_path', '', false)", 'SELECT', 'those of the target'],
    ["SELECT set_config('lock_timeout', '5s', false)", 'SELECT', 'write SET LOCAL lock_timeout'],
    ["SELECT set_config('work_mem', '9GB', true)", 'SELECT', 'may be 64kB to 1GB'],
    ['BEGIN; SELECT 1; ROLLBACK', 'BEGIN', 'new transaction'],
    ['SAVEPOINT a', 'SAVEPOINT', 'new transaction'],
    ['SELECT 1; COMMIT', 'COMMIT', 'new transaction'],
    ['BEGIN; SELECT 1; COMMIT; BEGIN; SELECT 2; COMMIT', 'BEGIN', 'new transaction'],
    ['BEGIN; SELECT 1; COMMIT; SELECT 2', 'BEGIN', 'new transaction'],
    ['BEGIN ISOLATION LEVEL SERIALIZABLE; SELECT 1; COMMIT', 'BEGIN', 'new transaction'],
    ['BEGIN; SELECT 1; COMMIT AND CHAIN', 'BEGIN', 'new transaction'],
    ["PREPARE TRANSACTION 'x'", 'PREPARE TRANSACTION', 'new transaction'],
    [
      'BEGIN; CREATE INDEX CONCURRENTLY i ON a (b); COMMIT',
      'CREATE INDEX CONCURRENTLY',
      'BEGIN and COMMIT around the whole',
    ],
    [
      'BEGIN; SELECT 1;\n-- schema-saga: new transaction\nSELECT 2; COMMIT',
      'a comment for schema-saga',
      'BEGIN and COMMIT around the whole',
    ],
  ])('%s', async (text, what, why) => {
    const error = await readScript('a.sql', text, { namespace: null }).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'STATEMENT_UNSUPPORTED' })
    const { message } = error as Error
    expect(message).toMatch(/^a\.sql, line \d+, column \d+: /)
    expect(message).toContain(`: ${what} does not run: `)
    expect(message).toContain(why)
    expect(message.endsWith('.')).toBe(true)
  })

  it('names line and column in characters', async () => {
    await refused("-- é\nSELECT 'ü';  LISTEN x").toThrow(/^a\.sql, line 2, column 14: LISTEN does not run/)
  })
})

describe('what only psql understands is said to be of psql', () => {
  it.each([
    ['\\i other.sql', 'line 1, column 1: \\i is a command of psql', 'put the text of that file here'],
    ['SELECT 1;\n  \\ir x', 'line 2, column 3: \\ir is a command', 'put the text'],
    ["SELECT 'é' \\gset", 'line 1, column 12: \\gset is a command', 'take it out'],
    ['\\restrict abc', 'line 1, column 1: \\restrict is a command', 'take it out'],
    ['SELECT :name', 'line 1, column 8: :name is a variable', 'write the value itself'],
    ["SELECT 1; UPDATE é SET b = :'wert'", "line 1, column 28: :'wert' is a variable", 'write the value itself'],
    ['CREATE TABLE :"ns".a ()', 'line 1, column 14: :"ns" is a variable', 'write the value itself'],
    ['COPY a FROM stdin;\n1\tx\n\\.\n', 'line 2, column 1: rows behind COPY', 'write them as INSERT'],
  ])('%s', async (text, what, advice) => {
    await refused(text).toMatchObject({
      code: 'STATEMENT_UNSUPPORTED',
      message: expect.stringContaining(`a.sql, ${what}`),
    })
    await refused(text).toThrow(advice)
  })

  it.each(['SELECT a[1:b] FROM c', "SELECT 'é'::text", "SELECT E'\\\\i'", 'SELECT $$ \\i :x $$'])(
    'but not what looks like it: %s',
    async (text) => {
      expect((await readScript('a.sql', text, { namespace: null })).stages).toHaveLength(1)
    },
  )

  it('nor an error of any other kind', async () => {
    await refused('SELECT é FROM WHERE').toMatchObject({
      code: 'SQL_INVALID',
      message: expect.stringContaining('a.sql, line 1, column 15'),
    })
    await refused('SELECT a : b').toMatchObject({ code: 'SQL_INVALID' })
  })
})

describe('names of schema-saga are refused', () => {
  it.each([
    ['UPDATE schema_saga_target.marker SET a = 1', 'line 1, column 8', 'schema_saga_target'],
    ['SELECT 1; ALTER TABLE é DROP COLUMN "_aside_x_1_note"', 'line 1, column 37', '_aside_x_1_note'],
    ['CREATE TABLE Schema_Saga_x ()', 'line 1, column 14', 'schema_saga_x'],
    ['SELECT _aside_a FROM b', 'line 1, column 8', '_aside_a'],
    ["SELECT 'schema_saga_target.marker'::regclass", 'line 1, column 9', 'schema_saga_target'],
    ['DO $$ BEGIN\n  DELETE FROM schema_saga_target.marker; END $$', 'line 2, column 15', 'schema_saga_target'],
    ["CREATE FUNCTION f() RETURNS void LANGUAGE sql AS 'DROP TABLE _aside_a'", 'line 1, column 62', '_aside_a'],
  ])('%s', async (text, place, name) => {
    await refused(text).toMatchObject({
      code: 'STATEMENT_UNSUPPORTED',
      message: expect.stringContaining(`a.sql, ${place}: what names "${name}" does not run`),
    })
  })

  it('also where their letters are written as numbers', async () => {
    await refused('DROP TABLE U&"\\0073chema_saga_x"').toThrow('write the letters themselves')
  })

  it.each([
    "SELECT 'schema_saga'",
    'SELECT a._b_aside_ FROM a',
    '-- schema_saga_target\nSELECT 1',
    'SELECT my_schema_saga FROM a',
    'DO $$ BEGIN PERFORM my_aside_x; END $$',
  ])('but not what holds one: %s', async (text) => {
    expect((await readScript('a.sql', text, { namespace: null })).stages).toHaveLength(1)
  })
})
