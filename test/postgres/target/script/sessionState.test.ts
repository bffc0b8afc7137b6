import type { ClientBase } from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readRecord, WHOLE } from '../../../../src/postgres/record/readRecord.ts'
import { type Expected, sessionChanges, sessionState } from '../../../../src/postgres/target/script/sessionState.ts'
import { NOTHING } from '../../../../src/sql/onlyLines.ts'
import { openFleet, type TestFleet } from '../../fleet.ts'

let fleet: TestFleet
let client: ClientBase
beforeAll(async () => {
  fleet = await openFleet()
  client = fleet.client
  await client.query(`DROP ROLE IF EXISTS saga_session_other; CREATE ROLE saga_session_other; CREATE SCHEMA ada;
    CREATE TABLE ada.note (id serial, "text" text); SET lock_timeout = '5s'`)
})
afterAll(async () => {
  await client.query('DROP ROLE saga_session_other')
  await fleet.close()
})

/** Within a transaction that is taken back, in a session that is as before where only the transaction was changed. */
async function changes(sql: string, expected?: Expected): Promise<readonly string[]> {
  await client.query('BEGIN; SET LOCAL search_path = ada, pg_temp')
  try {
    const before = await sessionState(client)
    await client.query(sql)
    return sessionChanges(before, await sessionState(client), expected)
  } finally {
    await client.query('ROLLBACK; DEALLOCATE ALL; CLOSE ALL; DISCARD TEMP')
  }
}

describe('a session', () => {
  it('is as it was after usual changes', async () => {
    const sql = `ALTER TABLE note ADD COLUMN a int; INSERT INTO note ("text") VALUES ('x'); DO $$ BEGIN PERFORM 1 FROM note; END $$;
      CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'; SELECT f()`
    expect(await changes(sql)).toEqual([])
  })

  it.each([
    [`SELECT set_config('search_path', 'public', false)`, ['search_path is "public", and was "ada, pg_temp"']],
    [
      'SET LOCAL ROLE saga_session_other',
      [
        'role is "saga_session_other", and was "none"',
        expect.stringContaining('current user is "saga_session_other", and was '),
      ],
    ],
    [
      'SET SESSION AUTHORIZATION saga_session_other',
      expect.arrayContaining([
        expect.stringContaining('session_authorization is "saga_session_other"'),
        expect.stringContaining('session user is "saga_session_other"'),
      ]),
    ],
    [
      'DO $$ BEGIN SET session_replication_role = replica; END $$',
      ['session_replication_role is "replica", and was "origin"'],
    ],
    ['SET row_security = off', ['row_security is "off", and was "on"']],
    ['SET standard_conforming_strings = off', ['standard_conforming_strings is "off", and was "on"']],
    [`SET lock_timeout = 0`, ['lock_timeout is "0", and was "5s"']],
    [`SET TimeZone = 'Asia/Tokyo'`, [expect.stringContaining('TimeZone is "Asia/Tokyo", and was ')]],
    ['CREATE TEMP TABLE note (id serial)', ['temporary table note is left']],
    ['CREATE TEMP VIEW v AS SELECT 1 AS one', ['temporary view v is left']],
    [
      `CREATE FUNCTION pg_temp.f() RETURNS int LANGUAGE sql AS 'SELECT 1'`,
      [expect.stringMatching(/^temporary function .*f.* is left$/)],
    ],
    ['DECLARE c CURSOR WITH HOLD FOR SELECT 1', ['cursor c is left open']],
    [`DO $$ BEGIN EXECUTE 'PREPARE p AS SELECT 1'; END $$`, ['prepared statement p is left']],
  ])('is told to be changed by %s', async (sql, expected) => {
    expect(await changes(sql)).toEqual(expected)
  })

  it('may be set otherwise for the transaction where the text says so', async () => {
    const expected = { settings: ['work_mem', 'LOCK_TIMEOUT'], temporary: ['dedup'] }
    const sql = `SET LOCAL work_mem = '8MB'; SET LOCAL lock_timeout = '1s'; CREATE TEMP TABLE dedup (id serial PRIMARY KEY) ON COMMIT DROP`
    expect(await changes(sql, expected)).toEqual([])
    expect(await changes(sql)).toHaveLength(3)
  })

  it('is told to be changed where what was there is gone, statements of ours included', async () => {
    await client.query('BEGIN; DECLARE mine CURSOR FOR SELECT 1; CREATE TEMP TABLE kept ()')
    const first = await sessionState(client)
    await readRecord(client, 'ada', WHOLE, 'the transaction of the caller', NOTHING)
    const before = await sessionState(client)
    expect(sessionChanges(first, before)).toEqual([])
    await client.query('DEALLOCATE ALL; CLOSE ALL; DROP TABLE kept')
    const after = await sessionState(client)
    await client.query('ROLLBACK')
    expect(sessionChanges(before, after)).toEqual([
      'temporary table kept is gone',
      'cursor mine is gone',
      expect.stringMatching(/^prepared statement schema_saga_\w+ is gone$/),
    ])
  })

  it('is asked with nothing that its own search path could answer', async () => {
    const sql = `CREATE FUNCTION ada.current_setting(text, boolean) RETURNS text LANGUAGE sql AS $$ SELECT 'as ever' $$;
      CREATE FUNCTION ada.same(text, text) RETURNS boolean LANGUAGE sql AS 'SELECT false';
      CREATE OPERATOR ada.<> (LEFTARG = text, RIGHTARG = text, FUNCTION = ada.same);
      CREATE VIEW ada.pg_cursors AS SELECT 'none'::text AS name; SET LOCAL search_path = ada, pg_catalog`
    expect(await changes(sql)).toEqual(['search_path is "ada, pg_catalog", and was "ada, pg_temp"'])
  })
})
