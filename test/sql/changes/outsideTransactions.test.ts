import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Plan } from '../../../src/physical/plan/plan.ts'
import { type ChangeFleet, openChangeFleet } from './changeFleet.ts'

const TEXT = `CREATE TABLE log (id int PRIMARY KEY, what text, during int4range, CONSTRAINT apart EXCLUDE USING gist (during WITH &&));
CREATE TABLE m (id int, d int NOT NULL) PARTITION BY RANGE (d);
CREATE TABLE m1 PARTITION OF m FOR VALUES FROM (0) TO (10);
CREATE TABLE n (d int) PARTITION BY RANGE (d);
CREATE TABLE n1 PARTITION OF n FOR VALUES FROM (0) TO (10);
CREATE TABLE n_others PARTITION OF n DEFAULT;
CREATE INDEX by_id ON log (id);
CREATE VIEW v AS SELECT id FROM log`

const DETACH = {
  up: 'ALTER TABLE m DETACH PARTITION m1 CONCURRENTLY;',
  down: `ALTER TABLE m ATTACH PARTITION m1 FOR VALUES FROM (0) TO (10); ALTER TABLE m1 DROP CONSTRAINT m1_d_check;`,
}

let fleet: ChangeFleet
let reader: Awaited<ReturnType<ChangeFleet['connect']>>
beforeAll(async () => {
  fleet = await openChangeFleet(TEXT)
  reader = await fleet.connect()
})
afterAll(() => fleet?.close())

/** Whether `m1` is a partition, and whether it is about to be none. */
const standing = () =>
  fleet.ask(
    `SELECT inhdetachpending FROM pg_inherits WHERE inhrelid = to_regclass('t_ada.m1') AND inhparent = to_regclass('t_ada.m')`,
  )

/** Begins a stage that waits for the reader, and ends its session there. */
async function dyingThere(plan: Plan, isThere: () => Promise<boolean>): Promise<void> {
  await reader.query(
    `BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM t_ada.m; SELECT count(*) FROM t_ada.log`,
  )
  const run = fleet.forward(plan, 't_ada').catch((error: Error) => error.name)
  await vi.waitFor(async () => expect(await isThere()).toBe(true), { timeout: 10_000, interval: 20 })
  await fleet.client.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'saga/%' AND query ~ 'CONCURRENTLY'`,
  )
  expect(await run).toBe('TargetUnreachable')
  await reader.query('ROLLBACK')
}

describe('a statement that takes no part in transactions', () => {
  it.each([
    ['VACUUM missing;', 'no table or materialized view "missing"'],
    ['VACUUM log, v;', 'no table or materialized view "v"'],
    ['REINDEX INDEX CONCURRENTLY missing;', 'no index "missing"'],
    ['REINDEX TABLE CONCURRENTLY missing;', 'no table or materialized view "missing"'],
    ['REINDEX INDEX CONCURRENTLY apart;', 'EXCLUDE constraint'],
    ['ALTER TABLE n DETACH PARTITION n1 CONCURRENTLY;', 'has a default partition'],
    ['ALTER TABLE m DETACH PARTITION log CONCURRENTLY;', '"log" is no partition of "m"'],
  ])('and that would fail everywhere is refused before anything is changed: %s', async (up, why) => {
    const refused = fleet.plan({ up, policy: 'hold' })
    await expect(refused).rejects.toMatchObject({
      code: 'STATEMENT_UNSUPPORTED',
      message: expect.stringContaining(why),
    })
  })

  it('finds what the same text has made', async () => {
    await fleet.plan({ up: 'CREATE TABLE fresh (id int); VACUUM fresh;' })
  })

  it('touches no relation of that name in another namespace', async () => {
    const set = (shared: string) =>
      fleet.catalog.query(`update schema_saga.project set settings = settings || $1`, [shared])
    await set('{"shared_namespaces": ["public"]}')
    const plan = await fleet.plan({ up: 'VACUUM log;' })
    await set('{"shared_namespaces": []}')
    await fleet.client.query(`ALTER TABLE t_ada.log RENAME TO gone; CREATE TABLE public.log (id int)`)
    await expect(fleet.forward(plan, 't_ada')).rejects.toThrow('the namespace has no "log"')
    await fleet.client.query(`DROP TABLE public.log; ALTER TABLE t_ada.gone RENAME TO log`)
    await fleet.back(plan, 't_ada')
  })
})

describe('a partition that was being detached when its worker died', () => {
  it.each(['forward', 'back'] as const)('is told by what is pending: the next try goes %s', async (way) => {
    const plan = await fleet.plan(DETACH)
    await dyingThere(plan, async () => (await standing())[0] === 'true')
    if (way === 'forward') await fleet.forward(plan, 't_ada')
    expect(await standing()).toEqual(way === 'forward' ? [] : ['true'])
    await fleet.back(plan, 't_ada')
    expect(await standing()).toEqual(['false'])
    expect(await fleet.drift('t_ada')).toEqual([])
  })

  it.each([
    ['before it began', ''],
    ['when it had ended', 'ALTER TABLE t_ada.m DETACH PARTITION t_ada.m1 CONCURRENTLY'],
  ])('is told by what it is of: the worker died %s', async (_, done) => {
    for (const way of ['forward', 'back']) {
      const plan = await fleet.plan(DETACH)
      await fleet.begun(plan, 't_ada')
      if (done !== '') await fleet.client.query(done)
      if (way === 'forward') await fleet.forward(plan, 't_ada')
      await fleet.back(plan, 't_ada')
      expect(await standing()).toEqual(['false'])
      expect(await fleet.drift('t_ada')).toEqual([])
    }
  })
})

describe('an index whose build or drop was begun when its worker died', () => {
  it.each([
    ['built', 'CREATE INDEX CONCURRENTLY by_what ON log (what);', 'DROP INDEX by_what;'],
    ['dropped', 'DROP INDEX CONCURRENTLY by_id;', 'CREATE INDEX by_id ON log (id);'],
  ])('has nothing to undo where nothing was %s', async (_, up, down) => {
    const plan = await fleet.plan({ up, down })
    await fleet.begun(plan, 't_ada')
    expect(await fleet.back(plan, 't_ada')).toMatchObject({ touched: true })
    expect(await fleet.drift('t_ada')).toEqual([])
  })

  it('that was built anew leaves none of its own behind', async () => {
    const plan = await fleet.plan({ up: 'REINDEX INDEX CONCURRENTLY log_pkey;' })
    const left = () => fleet.ask(`SELECT relname FROM pg_class WHERE relname ~ '_cc(new|old)'`)
    await dyingThere(plan, async () => (await left()).length > 0)
    expect(await left()).not.toEqual([])
    await fleet.forward(plan, 't_ada')
    expect(await left()).toEqual([])
    await fleet.back(plan, 't_ada')
    expect(await fleet.drift('t_ada')).toEqual([])
  })
})

describe('a change without a way back that has only begun', () => {
  it.each([
    'VACUUM log; UPDATE log SET what = what;',
    'CREATE UNIQUE INDEX CONCURRENTLY one ON log (what); UPDATE log SET what = what;',
    '-- schema-saga: batch\nUPDATE log SET what = what;',
    'VACUUM log; REINDEX TABLE CONCURRENTLY log; UPDATE log SET what = what;',
  ])('is as before, and ends: %s', async (up) => {
    const plan = await fleet.plan({ up, policy: 'hold' })
    expect(plan.sqlChange?.wayBack).toBe('none')
    await fleet.begun(plan, 't_ada')
    await fleet.back(plan, 't_ada')
  })
})
