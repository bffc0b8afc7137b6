import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readText } from '../../../src/postgres/catalog/sql/sqlTexts.ts'
import { readScript } from '../../../src/sql/script/readScript.ts'
import { onServer } from '../../fixtures/database.ts'
import { type ChangeFleet, openChangeFleet } from './changeFleet.ts'

const ROLE = 'reader_of_proofs'
const TEXT = `CREATE TABLE invoice (id bigserial PRIMARY KEY, total numeric NOT NULL DEFAULT 0);
CREATE TABLE log (id bigserial PRIMARY KEY, what text);
CREATE TYPE kind AS ENUM ('a');
CREATE TABLE entry (id bigint, what text, kind kind);
CREATE UNIQUE INDEX odd ON entry (lower(what) DESC, id) INCLUDE (what) WHERE kind = 'a';
COMMENT ON INDEX odd IS 'said of it';
CREATE TABLE m (id int, d int) PARTITION BY RANGE (d);
CREATE TABLE m1 PARTITION OF m FOR VALUES FROM (0) TO (10);
CREATE INDEX m_d ON m (d);
CREATE TYPE st AS ENUM ('a');
CREATE VIEW v AS SELECT id FROM invoice;
CREATE VIEW w AS SELECT id FROM invoice;
CREATE FUNCTION fee(a int) RETURNS int LANGUAGE sql AS 'SELECT a';
REVOKE ALL ON FUNCTION fee(int) FROM PUBLIC;
GRANT SELECT, INSERT ON v, w TO ${ROLE}`

let fleet: ChangeFleet
beforeAll(async () => {
  await onServer(
    `DO $$ BEGIN CREATE ROLE ${ROLE}; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$`,
  )
  fleet = await openChangeFleet(TEXT, ['t_ada', 't_bob'])
})
afterAll(() => fleet.close())

const ADDS = 'ALTER TABLE invoice ADD COLUMN a int;'
const VIEW = 'DROP VIEW v; CREATE VIEW v AS SELECT id'

describe('a way back', () => {
  it.each([
    [
      'drops a table that was there before, and makes it again',
      'DROP TABLE log; CREATE TABLE log (id bigserial PRIMARY KEY, what text);',
    ],
    [
      'drops a column that was there before, and makes it again',
      'ALTER TABLE log DROP COLUMN what, ADD COLUMN what text;',
    ],
    ['empties a table', 'TRUNCATE log;'],
  ])('that %s loses rows, which is to be allowed', async (_, more) => {
    const change = { up: ADDS, down: `ALTER TABLE invoice DROP COLUMN a; ${more}` }
    await expect(fleet.plan(change)).rejects.toMatchObject({
      code: 'HAZARD_NOT_ALLOWED',
      message: expect.stringContaining('LOSES_DATA: change-'),
    })
  })

  it('that writes rows proves nothing of them', async () => {
    const change = { up: ADDS, down: 'ALTER TABLE invoice DROP COLUMN a; UPDATE log SET what = NULL;' }
    await expect(fleet.plan(change)).rejects.toMatchObject({ code: 'NO_WAY_BACK' })
  })

  it.each([
    ['a table', 'CREATE TABLE x (id int); INSERT INTO x VALUES (1);', 'DELETE FROM x; DROP TABLE x;'],
    ['a column with what depends on it', ADDS, 'ALTER TABLE invoice DROP COLUMN a CASCADE;'],
    ['a wider type', 'ALTER TABLE log ALTER COLUMN id TYPE int;', 'ALTER TABLE log ALTER COLUMN id TYPE bigint;'],
  ])('takes away what the way there has made: %s', async (_, up, down) => {
    const { hazards } = await fleet.plan({ up, down, allow: ['LOSES_DATA'] })
    expect(hazards.filter(({ detail }) => detail.includes('(down)'))).toEqual([])
  })

  it('knows a table by the name that it had before', async () => {
    const change = {
      up: 'ALTER TABLE log RENAME TO diary;',
      down: 'DROP TABLE diary; CREATE TABLE log (id bigserial PRIMARY KEY, what text);',
    }
    await expect(fleet.plan(change)).rejects.toMatchObject({ code: 'HAZARD_NOT_ALLOWED' })
  })

  it('is kept with the undo that nobody had to write, so that it can be taken back itself', async () => {
    const up = `${ADDS} CREATE INDEX CONCURRENTLY by_a ON invoice (a);`
    const { sqlChange } = await fleet.plan({ up, down: 'ALTER TABLE invoice DROP COLUMN a;' })
    const back = await readText(fleet.catalog, sqlChange?.back ?? '')
    const { stages } = await readScript('back', back ?? '', { namespace: 'shop_base' })
    expect(stages.map(({ kind }) => kind)).toEqual(['index', 'transaction'])
  })

  it('stands in the way of nothing when the text runs again', async () => {
    const change = {
      up: ADDS,
      down: 'ALTER TABLE invoice DROP COLUMN a; CREATE TABLE IF NOT EXISTS left_over (id int);',
    }
    await expect(fleet.plan(change)).rejects.toMatchObject({ code: 'DOWN_INCOMPLETE' })
  })
})

describe('what was granted on an object that is made anew', () => {
  it.each([
    ['is lost with it', `${VIEW} FROM invoice;`],
    ['is less than it was', `${VIEW} FROM invoice; DO $$ BEGIN GRANT SELECT ON v TO ${ROLE}; END $$;`],
    ['is not what is granted on another', `${VIEW} FROM invoice; GRANT SELECT ON invoice TO ${ROLE};`],
    [
      'is lost where only its signature changes',
      'DROP FUNCTION fee(int); CREATE FUNCTION fee(a int, b int) RETURNS int LANGUAGE sql AS $$ SELECT a $$;',
    ],
  ])('%s', async (_, up) => {
    const refused = fleet.plan({ up, policy: 'hold', allow: ['WRITES_ROWS'] })
    await expect(refused).rejects.toMatchObject({
      code: 'HAZARD_NOT_ALLOWED',
      message: expect.stringMatching(/^GRANTS_LOST: grants of (view v|function fee)/),
    })
  })

  it('may be said anew', async () => {
    const up = `${VIEW} FROM invoice; GRANT SELECT ON v TO ${ROLE};`
    const { hazards } = await fleet.plan({ up, policy: 'hold' })
    expect(hazards.map(({ name }) => name)).not.toContain('GRANTS_LOST')
  })
})

describe('what runs outside of transactions', () => {
  it.each(['VACUUM (ANALYZE) log;', 'REINDEX TABLE CONCURRENTLY m;', 'REINDEX TABLE CONCURRENTLY log;'])(
    'has no undo, and is not proven: %s',
    async (sql) => {
      const plan = await fleet.plan({ up: `${ADDS} ${sql}`, down: 'ALTER TABLE invoice DROP COLUMN a;' })
      await fleet.forward(plan, 't_ada')
      expect(await fleet.back(plan, 't_ada')).toMatchObject({ touched: true })
    },
  )

  it.each(['CREATE INDEX CONCURRENTLY by_id ON m (id);', 'DROP INDEX CONCURRENTLY m_d;'])(
    'is refused for a partitioned table before anything is changed: %s',
    async (up) => {
      await expect(fleet.plan({ up, policy: 'hold' })).rejects.toMatchObject({ code: 'STATEMENT_UNSUPPORTED' })
    },
  )

  it('gives an index back that it drops, as the base has it, and with what is said of it', async () => {
    const plan = await fleet.plan({ up: 'DROP INDEX CONCURRENTLY odd;' })
    expect(plan.sqlChange).toMatchObject({ wayBack: 'written' })
    expect(plan.compensation).toMatchObject([
      {
        kind: 'statement',
        sql: [
          `CREATE UNIQUE INDEX CONCURRENTLY odd ON entry USING btree (lower(what) DESC, id) INCLUDE (what) WHERE (kind = 'a'::kind)`,
        ],
      },
    ])
    await fleet.forward(plan, 't_ada')
    expect(await fleet.ask(`SELECT to_regclass('t_ada.odd')`)).toEqual(['null'])
    await fleet.back(plan, 't_ada')
    expect(await fleet.drift('t_ada')).toEqual([])
  })

  it('leaves an index off that rows written meanwhile forbid, and notes it', async () => {
    const plan = await fleet.plan({
      up: `${ADDS} DROP INDEX CONCURRENTLY odd;`,
      down: 'ALTER TABLE invoice DROP COLUMN a;',
    })
    expect(plan.hazards.map(({ name }) => name)).toContain('UNDO_NEEDS_ROWS')
    await fleet.forward(plan, 't_bob')
    await fleet.client.query(`INSERT INTO t_bob.entry VALUES (1, 'x', 'a'), (1, 'X', 'a')`)
    await fleet.back(plan, 't_bob')
    expect(await fleet.drift('t_bob')).toContain('index odd')
  })

  it('gives no way back for an index that the base has not', async () => {
    const up = 'DROP INDEX CONCURRENTLY IF EXISTS nowhere;'
    await expect(fleet.plan({ up })).rejects.toMatchObject({
      code: 'NO_WAY_BACK',
      message: expect.stringContaining('it drops index "nowhere", which the base has not'),
    })
    await expect(fleet.plan({ up: `${ADDS} ${up}`, down: 'ALTER TABLE invoice DROP COLUMN a;' })).rejects.toMatchObject(
      {
        code: 'DOWN_NOT_PAIRED',
      },
    )
  })

  it('leaves a check on a partition that is detached, which its undo takes off', async () => {
    const up = 'ALTER TABLE m DETACH PARTITION m1 CONCURRENTLY;'
    const attach = 'ALTER TABLE m ATTACH PARTITION m1 FOR VALUES FROM (0) TO (10);'
    await expect(fleet.plan({ up, down: attach })).rejects.toMatchObject({ code: 'DOWN_INCOMPLETE' })
    const plan = await fleet.plan({ up, down: `${attach} ALTER TABLE m1 DROP CONSTRAINT m1_d_check;` })
    await fleet.forward(plan, 't_ada')
    expect(
      await fleet.ask(`SELECT conname FROM pg_constraint WHERE conrelid = 't_ada.m1'::regclass AND contype = 'c'`),
    ).toEqual(['m1_d_check'])
    await fleet.back(plan, 't_ada')
  })

  it('says where a new value of an enum may be used', async () => {
    const published = (is: boolean) =>
      fleet.catalog.query(
        `update schema_saga.sql_revision set record = jsonb_set(record, '{lines,0,kind}', to_jsonb($1::text))`,
        [is ? 'publication' : 'column'],
      )
    await published(true)
    const up = `ALTER TYPE st ADD VALUE 'b'; ALTER TABLE log ADD COLUMN st st DEFAULT 'b';`
    await expect(fleet.plan({ up, policy: 'hold' })).rejects.toThrow('use it in a change of its own')
    await published(false)
  })
})

describe('a proof', () => {
  it('lets no text leave the role of the owner', async () => {
    await fleet.client.query(`ALTER SCHEMA shop_base OWNER TO ${ROLE}`)
    const change = { up: 'DO $$ BEGIN RESET ROLE; END $$;', down: 'SELECT 1;', allow: ['WRITES_ROWS'] }
    await expect(fleet.plan(change)).rejects.toMatchObject({ code: 'SESSION_CHANGED' })
    await fleet.client.query('ALTER SCHEMA shop_base OWNER TO CURRENT_USER')
  })

  it('refuses what no record describes', async () => {
    const up = `DO $$ BEGIN EXECUTE 'CREATE COLLATION co (locale = ''C'')'; END $$;`
    const refused = fleet.plan({ up, policy: 'hold', allow: ['WRITES_ROWS'] })
    await expect(refused).rejects.toMatchObject({ code: 'KIND_UNSUPPORTED' })
  })

  it('takes nothing for its own that others did to the base', async () => {
    await fleet.client.query(
      `CREATE INDEX by_hand ON shop_base.log (what); CREATE COLLATION shop_base.own (locale = 'C')`,
    )
    const plan = await fleet.plan({ up: 'ALTER TABLE log ADD COLUMN a int;', down: 'ALTER TABLE log DROP COLUMN a;' })
    await fleet.forward(plan, 't_ada')
    await fleet.back(plan, 't_ada')
    const { rows } = await fleet.catalog.query<{ record: { lines: { kind: string; name: string }[] } }>(
      'select record from schema_saga.sql_proof where hash = $1',
      [plan.hash],
    )
    const kept = rows[0]?.record.lines.map(({ kind, name }) => `${kind} ${name}`) ?? []
    expect(kept).toContain('column log.a')
    expect(kept.filter((each) => /by_hand|own$/.test(each))).toEqual([])
    await fleet.client.query('DROP INDEX shop_base.by_hand; DROP COLLATION shop_base.own')
  })

  it('does not begin where the base has come away from its record in what is changed', async () => {
    await fleet.client.query('ALTER TABLE shop_base.invoice ALTER COLUMN total SET DEFAULT 5')
    const change = {
      up: 'ALTER TABLE invoice ALTER COLUMN total SET DEFAULT 7;',
      down: 'ALTER TABLE invoice ALTER COLUMN total SET DEFAULT 5;',
    }
    await expect(fleet.plan(change)).rejects.toMatchObject({ code: 'TARGET_DRIFTED' })
    await fleet.client.query('ALTER TABLE shop_base.invoice ALTER COLUMN total SET DEFAULT 0')
  })

  it.each([
    ['alters', 'ALTER TABLE log ADD COLUMN a int;', ['log']],
    ['makes', 'CREATE TABLE tmp_x (id int);', ['tmp_*']],
    ['makes a part of', 'CREATE INDEX own_a ON log (what);', ['index:own_*']],
  ])('refuses a text that %s what the project ignores', async (_, up, ignore) => {
    const set = (value: unknown) =>
      fleet.catalog.query(`update schema_saga.project set settings = settings || $1`, [
        JSON.stringify({ ignore: value }),
      ])
    await set(ignore)
    await expect(fleet.plan({ up, policy: 'hold' })).rejects.toMatchObject({ code: 'NOT_APPLICABLE' })
    await set([])
  })
})
