import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Target } from '../../../../src/contract.ts'
import type { Plan } from '../../../../src/physical/plan/plan.ts'
import { applyPlanToTarget, compensatePlanOnTarget } from '../../../../src/postgres/target/execute.ts'
import { markersOf, revisionOf, work } from '../../fleet.ts'
import { type OwnedFleet, openOwnedFleet } from '../../ownedFleet.ts'
import { provenPlan, setting } from './provenPlan.ts'

let fleet: OwnedFleet
beforeAll(async () => {
  fleet = await openOwnedFleet()
  // Moments in these forms cannot be read again.
  await fleet.superuser.query(
    `ALTER ROLE ${fleet.role} SET DateStyle = 'SQL, DMY'; ALTER ROLE ${fleet.role} SET TimeZone = 'America/New_York'`,
  )
})
afterAll(() => fleet.close())

/** Dies behind its first batch. */
function dying(of: Target, plan: Plan): ReturnType<typeof work> {
  const controller = new AbortController()
  return work(of, plan, { signal: controller.signal, report: () => controller.abort(new Error('killed')) })
}

const COUNTED = 'SELECT n, count(*)::int AS rows FROM t GROUP BY n ORDER BY n'
const ONE_MORE = {
  up: '-- schema-saga: batch 3\nUPDATE t SET n = n + 1, at_once = pg_current_xact_id();',
  down: '-- schema-saga: batch 3\nUPDATE t SET n = n - 1, at_once = NULL;',
}
/** Of a partitioned table, with its partitions. */
const PARTED = ` PARTITION BY RANGE (id); CREATE TABLE low PARTITION OF parted FOR VALUES FROM (0) TO (5);
  CREATE TABLE high PARTITION OF parted FOR VALUES FROM (5) TO (100)`
const COLUMNS = 'n int NOT NULL DEFAULT 0, at_once xid8'

describe('a statement that runs in batches', () => {
  /** A key, and values of it for 8 rows. */
  const KEYS = {
    whole: ['id bigint PRIMARY KEY', '(id) SELECT (n - 4) * 3000000000 FROM generate_series(1, 8) n'],
    random: ['id uuid PRIMARY KEY', '(id) SELECT gen_random_uuid() FROM generate_series(1, 8)'],
    pair: [
      'name text, no int, PRIMARY KEY (name, no)',
      `(name, no) SELECT 'it''s \\ "' || n / 3, -n FROM generate_series(1, 8) n`,
    ],
    moments: [
      'at timestamptz, day date, PRIMARY KEY (day, at)',
      `(at, day) SELECT '2026-11-01 00:10-04'::timestamptz + n * interval '13 minutes 0.000001 s', '2026-11-02' FROM generate_series(1, 8) n`,
    ],
    own: [
      'state own_state, code char(3), amount numeric, PRIMARY KEY (state, code, amount) INCLUDE (n)',
      `(state, code, amount) SELECT CASE WHEN n < 4 THEN 'z' ELSE 'a' END::own_state, n % 2, n / 10.0 FROM generate_series(1, 8) n`,
    ],
    parted: ['id smallint PRIMARY KEY', `(id) SELECT generate_series(1, 8)`],
  } as const

  it('goes by the primary key, whose values are compared by their own types', async () => {
    const tables = Object.entries(KEYS).map(
      ([name, [key]]) => `CREATE TABLE ${name} (${key}, ${COLUMNS})${name === 'parted' ? PARTED : ''}`,
    )
    const rows = Object.entries(KEYS).map(([name, [, values]]) => `INSERT INTO ${name} ${values}`)
    const names = Object.keys(KEYS)
    const all = (text: string): string => names.map((name) => text.replace('UPDATE t', `UPDATE ${name}`)).join('\n')
    const { of, plan, ask } = await setting(
      fleet,
      'keys',
      { tables: `CREATE TYPE own_state AS ENUM ('z', 'a'); ${tables.join('; ')}`, rows: rows.join('; ') },
      { up: all(ONE_MORE.up.replace(';', ' WHERE at_once IS NULL;')), down: all(ONE_MORE.down) },
    )
    expect(await applyPlanToTarget(fleet.pools, work(of, plan))).toMatchObject({ stagesRun: names.length })
    for (const name of names) {
      expect(await ask(COUNTED.replace('FROM t', `FROM ${name}`)), name).toEqual([{ n: 1, rows: 8 }])
      const batches = await ask<{ rows: number }>(
        `SELECT count(*)::int AS rows FROM ${name} GROUP BY at_once ORDER BY at_once`,
      )
      expect(
        batches.map((each) => each.rows),
        name,
      ).toEqual([3, 3, 2])
    }
    expect(await markersOf(fleet, 'keys')).toEqual(names.map((_, index) => `1/${index + 1} applied`))
    expect(await revisionOf(fleet, 'keys')).toBe(2)
    expect(await compensatePlanOnTarget(fleet.pools, work(of, plan))).toMatchObject({ touched: true })
    for (const name of names) {
      expect(await ask(COUNTED.replace('FROM t', `FROM ${name}`)), name).toEqual([{ n: 0, rows: 8 }])
    }
    expect(await revisionOf(fleet, 'keys')).toBe(1)
  })

  const KEYED = {
    tables: `CREATE TABLE t (id int PRIMARY KEY, ${COLUMNS})`,
    rows: 'INSERT INTO t SELECT generate_series(1, 8)',
  }

  it('goes on where a worker died between two of them, forward and back', async () => {
    const { of, plan, ask } = await setting(fleet, 'killed', KEYED, ONE_MORE)
    await expect(applyPlanToTarget(fleet.pools, dying(of, plan))).rejects.toThrow('killed')
    expect(await markersOf(fleet, 'killed')).toEqual(['1/1 started'])
    const half = [
      { n: 0, rows: 5 },
      { n: 1, rows: 3 },
    ]
    expect(await ask(COUNTED)).toEqual(half)
    await applyPlanToTarget(fleet.pools, work(of, plan))
    expect(await ask(COUNTED)).toEqual([{ n: 1, rows: 8 }])
    await expect(compensatePlanOnTarget(fleet.pools, dying(of, plan))).rejects.toThrow('killed')
    expect(await ask(COUNTED)).toEqual([
      { n: 0, rows: 3 },
      { n: 1, rows: 5 },
    ])
    await compensatePlanOnTarget(fleet.pools, work(of, plan))
    expect(await ask(COUNTED)).toEqual([{ n: 0, rows: 8 }])
    await applyPlanToTarget(fleet.pools, work(of, plan, { epoch: 2 }))
    expect(await ask(COUNTED)).toEqual([{ n: 1, rows: 8 }])
  })

  it('is undone in the rows that it came to, where it is undone before its end', async () => {
    const { of, plan, ask } = await setting(fleet, 'half', KEYED, ONE_MORE)
    await expect(applyPlanToTarget(fleet.pools, dying(of, plan))).rejects.toThrow('killed')
    await expect(compensatePlanOnTarget(fleet.pools, dying(of, plan))).rejects.toThrow('killed')
    await compensatePlanOnTarget(fleet.pools, work(of, plan))
    expect(await ask(COUNTED)).toEqual([{ n: 0, rows: 8 }])
    expect(await markersOf(fleet, 'half')).toEqual(['1/1 compensated'])
  })

  /** For each of the first rows, one that is behind the cursor. */
  const WRITER = `CREATE FUNCTION late() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN IF new.id > 4 THEN INSERT INTO t (id) VALUES (-new.id); END IF; RETURN NULL; END $$;
    CREATE TRIGGER late AFTER UPDATE ON t FOR EACH ROW EXECUTE FUNCTION late()`

  it('comes back for rows written meanwhile, where what it wrote does not meet its condition any more', async () => {
    const { of, plan, ask } = await setting(
      fleet,
      'again',
      { ...KEYED, tables: `${KEYED.tables}; ${WRITER}`, onBase: 'INSERT INTO t (id) VALUES (1)' },
      { up: '-- schema-saga: batch 3\nUPDATE t SET n = 7 WHERE n = 0' },
    )
    expect(plan.hazards.map(({ detail }) => detail)).toContainEqual(
      expect.stringContaining('passes repeat until one finds nothing'),
    )
    await applyPlanToTarget(fleet.pools, work(of, plan))
    expect(await ask(COUNTED)).toEqual([{ n: 7, rows: 12 }])
  })

  it('goes once, where what it wrote may meet its condition again, and says so', async () => {
    const { of, plan, ask } = await setting(
      fleet,
      'once',
      { ...KEYED, tables: `${KEYED.tables}; ${WRITER}`, onBase: 'INSERT INTO t (id) VALUES (1)' },
      { up: '-- schema-saga: batch 3\nUPDATE t SET n = n + 1 WHERE n < 5' },
    )
    expect(plan.hazards.map(({ detail }) => detail)).toContainEqual(
      expect.stringContaining('there is one pass, and rows written meanwhile are not in it'),
    )
    await ask('UPDATE t SET n = 4 WHERE id <= 3')
    await applyPlanToTarget(fleet.pools, work(of, plan))
    expect(await ask(COUNTED)).toEqual([
      { n: 0, rows: 4 },
      { n: 1, rows: 5 },
      { n: 5, rows: 3 },
    ])
  })

  it('deletes until nothing is left, and ends where a trigger keeps rows', async () => {
    const tables = `${KEYED.tables}; CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN IF old.id = 5 THEN RETURN NULL; END IF; RETURN old; END $$;
      CREATE TRIGGER keep BEFORE DELETE ON t FOR EACH ROW EXECUTE FUNCTION keep()`
    const { of, plan, ask } = await setting(
      fleet,
      'deleted',
      { ...KEYED, tables },
      {
        up: '-- schema-saga: batch 2\nDELETE FROM t WHERE id > 2',
      },
    )
    await applyPlanToTarget(fleet.pools, work(of, plan))
    expect(await ask('SELECT id FROM t ORDER BY id')).toEqual([{ id: 1 }, { id: 2 }, { id: 5 }])
  })

  it('takes fewer rows at once where its batches do not end in their time', async () => {
    const tables = `${KEYED.tables}; CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN IF (SELECT count(*) FROM t WHERE at_once = pg_current_xact_id()) >= 2 THEN
          RAISE query_canceled USING MESSAGE = 'canceling statement due to statement timeout'; END IF; RETURN new; END $$;
      CREATE TRIGGER slow BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION slow()`
    const up = ONE_MORE.up.replace('batch 3', 'batch')
    const { of, plan, ask } = await setting(fleet, 'slow', { ...KEYED, tables }, { up })
    await applyPlanToTarget(fleet.pools, work(of, plan))
    expect(await ask(COUNTED)).toEqual([{ n: 1, rows: 8 }])
    expect(await ask('SELECT count(DISTINCT at_once)::int AS batches FROM t')).not.toEqual([{ batches: 1 }])
  })

  it('fires triggers of the application, which write other rows of the namespace, as its owner', async () => {
    const tables = `${KEYED.tables}; CREATE TABLE audit (no serial PRIMARY KEY, id int, who name);
      CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN INSERT INTO audit (id, who) VALUES (new.id, current_user); RETURN NULL; END $$;
      CREATE TRIGGER note AFTER UPDATE ON t FOR EACH ROW EXECUTE FUNCTION note()`
    const { of, plan, ask } = await setting(fleet, 'audited', { ...KEYED, tables }, ONE_MORE)
    const owner = `${fleet.role}_app`
    await fleet.superuser.query(`CREATE ROLE ${owner}; GRANT ${owner} TO ${fleet.role}; ALTER SCHEMA audited OWNER TO ${owner};
      ALTER TABLE audited.t OWNER TO ${owner}; ALTER TABLE audited.audit OWNER TO ${owner}; ALTER FUNCTION audited.note() OWNER TO ${owner}`)
    try {
      await applyPlanToTarget(fleet.pools, work(of, plan))
      await compensatePlanOnTarget(fleet.pools, work(of, plan))
      const noted = await ask(
        'SELECT who, count(*)::int AS rows, count(DISTINCT id)::int AS ids FROM audit GROUP BY who',
      )
      expect(noted).toEqual([{ who: owner, rows: 16, ids: 8 }])
    } finally {
      await fleet.superuser.query(
        `REASSIGN OWNED BY ${owner} TO ${fleet.role}; DROP OWNED BY ${owner}; DROP ROLE ${owner}`,
      )
    }
  })

  it('is rolled back where one of them touches what is not in the namespace', async () => {
    const tables = `${KEYED.tables}; CREATE FUNCTION stray() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN IF new.id > 3 THEN INSERT INTO killed.t (id) VALUES (100 + new.id); END IF; RETURN NULL; END $$;
      CREATE TRIGGER stray AFTER UPDATE ON t FOR EACH ROW EXECUTE FUNCTION stray()`
    const { of, plan, ask } = await setting(fleet, 'stray', { ...KEYED, tables }, ONE_MORE)
    await expect(applyPlanToTarget(fleet.pools, work(of, plan))).rejects.toMatchObject({ code: 'OTHER_NAMESPACE' })
    expect(await ask(COUNTED)).toEqual([
      { n: 0, rows: 5 },
      { n: 1, rows: 3 },
    ])
    await compensatePlanOnTarget(fleet.pools, work(of, plan))
    expect(await ask(COUNTED)).toEqual([{ n: 0, rows: 8 }])
  })

  it('is said in the plan as it runs on each target', async () => {
    const { plan } = await setting(fleet, 'said', KEYED, {
      up: '-- schema-saga: batch\nUPDATE t SET n = 1 WHERE n = 0 OR id = 3',
    })
    expect(plan.forward).toMatchObject([
      {
        kind: 'batch',
        sql: [
          `UPDATE t SET n = 1 WHERE key IN (SELECT key FROM "t" WHERE key > :'after' AND (n = 0 OR id = 3) ORDER BY key LIMIT :batch FOR NO KEY UPDATE)`,
        ],
      },
    ])
  })
})

describe('a statement that cannot run in batches', () => {
  it.each([
    ['no_key', 'CREATE TABLE t (id int, n int)', 'UPDATE t SET n = 1', '"t" has none'],
    [
      'of_view',
      'CREATE TABLE x (id int PRIMARY KEY, n int); CREATE VIEW t AS TABLE x',
      'UPDATE t SET n = 1',
      '"t" has none',
    ],
    [
      'key_set',
      'CREATE TABLE t (a int, b int, PRIMARY KEY (a, b))',
      'UPDATE t SET b = 1',
      '"b", which is in the primary key of "t"',
    ],
    [
      'with_heirs',
      'CREATE TABLE t (id int PRIMARY KEY, n int); CREATE TABLE u () INHERITS (t)',
      'DELETE FROM t',
      'tables inherit from "t"',
    ],
  ])('is refused in the proof: %s', async (name, tables, sql, why) => {
    await fleet.client.query(`CREATE SCHEMA ${name}; SET search_path = ${name}; ${tables}; RESET search_path`)
    const up = `ALTER TABLE t RENAME TO s; ALTER TABLE s RENAME TO t;\n-- schema-saga: batch\n${sql}`
    const proven = provenPlan(fleet, name, { up: name === 'of_view' ? up.replace(/^.*\n/, '') : up })
    await expect(proven).rejects.toMatchObject({ code: 'BATCH_UNSUPPORTED', message: expect.stringContaining(why) })
  })

  it('is refused on a target whose table has lost its key', async () => {
    const { of, plan, ask } = await setting(
      fleet,
      'keyless',
      { tables: `CREATE TABLE t (id int PRIMARY KEY, ${COLUMNS})`, rows: 'ALTER TABLE t DROP CONSTRAINT t_pkey' },
      ONE_MORE,
    )
    await ask('INSERT INTO t (id) VALUES (1)')
    await expect(applyPlanToTarget(fleet.pools, work(of, plan))).rejects.toMatchObject({ code: 'DOES_OTHERWISE' })
    expect(await ask(COUNTED)).toEqual([{ n: 0, rows: 1 }])
  })
})
