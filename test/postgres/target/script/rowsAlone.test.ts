import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { applyPlanToTarget } from '../../../../src/postgres/target/execute.ts'
import { openFleet, type TestFleet, work } from '../../fleet.ts'
import { setting } from './provenPlan.ts'

let fleet: TestFleet
beforeAll(async () => {
  fleet = await openFleet()
})
afterAll(() => fleet.close())

const TABLES = `CREATE TABLE t (id int PRIMARY KEY, n int); CREATE TABLE audit (no serial PRIMARY KEY, n int);
  CREATE TABLE child (id int PRIMARY KEY REFERENCES t ON DELETE CASCADE);
  CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO audit (n) VALUES (new.n); RETURN NULL; END $$;
  CREATE TRIGGER note AFTER UPDATE ON t FOR EACH ROW EXECUTE FUNCTION note()`
const ROWS = 'INSERT INTO t VALUES (1, 0), (2, 0); INSERT INTO child VALUES (2)'

describe('a text that was proven on a base without rows', () => {
  it('may set off triggers and keys of the application on a target, which write other rows', async () => {
    const up = 'UPDATE t SET n = 1; DELETE FROM t WHERE id = 2;'
    const { of, plan, ask } = await setting(fleet, 'set_off', { tables: TABLES, rows: ROWS }, { up })
    await applyPlanToTarget(fleet.pools, work(of, plan))
    expect(
      await ask('SELECT (SELECT count(*) FROM audit)::int AS noted, (SELECT count(*) FROM child)::int AS left'),
    ).toEqual([{ noted: 2, left: 0 }])
  })

  it.each([
    ['alter', 'what a trigger alters', 'UPDATE t SET n = 1', 'table audit'],
    [
      'branch',
      'rows that it writes only where there are others',
      'DO $$ BEGIN IF EXISTS (SELECT FROM t) THEN INSERT INTO audit (n) VALUES (1); END IF; END $$',
      'table audit',
    ],
  ])('may not touch what it did not touch there: %s, %s', async (namespace, _what, up, object) => {
    const altering = `CREATE FUNCTION deep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN ALTER TABLE audit ADD COLUMN x int; RETURN NULL; END $$;
      CREATE TRIGGER deep AFTER INSERT OR UPDATE ON t FOR EACH ROW WHEN (new.id = 1) EXECUTE FUNCTION deep()`
    const tables = namespace === 'alter' ? `${TABLES}; DROP TRIGGER note ON t` : TABLES
    const rows = namespace === 'alter' ? `${ROWS}; ${altering}` : ROWS
    const { of, plan, ask } = await setting(fleet, namespace, { tables, rows }, { up })
    await expect(applyPlanToTarget(fleet.pools, work(of, plan))).rejects.toMatchObject({
      code: 'DOES_OTHERWISE',
      message: expect.stringContaining(object),
    })
    expect(await ask('SELECT * FROM audit')).toEqual([])
  })
})
