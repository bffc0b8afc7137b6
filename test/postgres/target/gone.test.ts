import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTargetPools } from '../../../src/postgres/sessions/pools.ts'
import { applyPlanToTarget, compensatePlanOnTarget } from '../../../src/postgres/target/execute.ts'
import { provisionTarget } from '../../../src/postgres/target/provisionTarget.ts'
import { databaseUrl, onServer } from '../../fixtures/database.ts'
import {
  ADD_INDEX,
  ADD_PRICE,
  columnsOf,
  FOOD,
  markersOf,
  openFleet,
  plan,
  revisionOf,
  type TestFleet,
  target,
  work,
} from '../fleet.ts'

let fleet: TestFleet
beforeAll(async () => {
  fleet = await openFleet()
})
afterAll(async () => {
  await fleet?.close()
})

test('the undo on a namespace that is gone closes its markers, so that no late try runs where it is made again', async () => {
  const gone = await target(fleet, 'gone')
  await applyPlanToTarget(fleet.pools, work(gone, ADD_PRICE))
  await fleet.client.query('DROP SCHEMA gone CASCADE')
  const undone = await compensatePlanOnTarget(fleet.pools, work(gone, ADD_PRICE))
  expect(undone).toEqual({ touched: false, setAside: [] })
  expect(await markersOf(fleet, 'gone')).toEqual(['1/1 compensated'])
  expect(await revisionOf(fleet, 'gone')).toBe(1)
  await fleet.client.query('CREATE SCHEMA gone; CREATE TABLE gone.food (id text PRIMARY KEY, name text)')
  const late = applyPlanToTarget(fleet.pools, work(gone, ADD_PRICE))
  await expect(late).rejects.toMatchObject({ name: 'StaleEpoch' })
})

test('so does the undo of an index build, which was never begun there', async () => {
  const gone = await target(fleet, 'gone_too')
  await fleet.client.query('DROP SCHEMA gone_too CASCADE')
  await expect(applyPlanToTarget(fleet.pools, work(gone, ADD_INDEX))).rejects.toMatchObject({ code: 'TARGET_GONE' })
  expect(await compensatePlanOnTarget(fleet.pools, work(gone, ADD_INDEX))).toMatchObject({ touched: false })
  expect(await markersOf(fleet, 'gone_too')).toEqual(['1/1 compensated'])
})

test.each([
  [
    'a schema that the application has dropped',
    'PERFORM hist.keep(1)',
    /schema "hist" does not exist \(SQLSTATE 3F000\)/,
  ],
  ['the code of a missing namespace', `RAISE EXCEPTION 'no' USING ERRCODE = '3F000'`, /: no \(SQLSTATE 3F000\)/],
  ['the code of our own functions', `RAISE EXCEPTION 'no' USING ERRCODE = 'SS004'`, /raised an error \(SQLSTATE SS004/],
])('an undo in which a trigger meets %s is not taken for done', async (what, body, words) => {
  const namespace = `there_${what.length}`
  const there = await target(fleet, namespace)
  const hide = plan([
    { sql: ['ALTER TABLE :"ns"."food" RENAME COLUMN "name" TO "hidden"'] },
    { sql: ['ALTER TABLE :"ns"."food" RENAME COLUMN "hidden" TO "name"', 'UPDATE :"ns"."food" SET "name" = \'x\''] },
  ])
  await applyPlanToTarget(fleet.pools, work(there, hide))
  await fleet.client.query(`
    INSERT INTO ${namespace}.food (id) VALUES ('a');
    CREATE FUNCTION ${namespace}.keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN ${body}; RETURN new; END $$;
    CREATE TRIGGER keep BEFORE UPDATE ON ${namespace}.food FOR EACH ROW EXECUTE FUNCTION ${namespace}.keep()`)
  await expect(compensatePlanOnTarget(fleet.pools, work(there, hide))).rejects.toThrow(words)
  expect(await markersOf(fleet, namespace)).toEqual(['1/1 applied'])
  expect(await revisionOf(fleet, namespace)).toBe(2)
  await fleet.client.query(`DROP TRIGGER keep ON ${namespace}.food`)
  expect(await compensatePlanOnTarget(fleet.pools, work(there, hide))).toMatchObject({ touched: true })
  expect(await columnsOf(fleet, namespace)).toEqual(['id', 'name'])
})

test('the undo of a target whose database is renamed stays open until it is there again', async () => {
  const pools = createTargetPools({
    server: (id) => ({ id, dsnEnv: 'PER', maxSessions: 2, databasePerTenant: true }),
    dsn: () => databaseUrl('{namespace}'),
  })
  const name = `renamed_${process.pid}`
  const renamed = { scope: 't1', server: 'per', namespace: name, incarnation: 'i1' }
  const end = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${name}'`
  try {
    await provisionTarget(pools, {
      target: renamed,
      projectId: 'shop',
      revision: 1,
      schemaHash: 'hash-1',
      statements: [FOOD],
    })
    await applyPlanToTarget(pools, work(renamed, ADD_PRICE))
    await onServer(end)
    await onServer(`ALTER DATABASE ${name} RENAME TO ${name}_away`)
    const undo = () => compensatePlanOnTarget(pools, work(renamed, ADD_PRICE))
    await expect(undo()).rejects.toMatchObject({ name: 'TargetUnreachable' })
    await onServer(`ALTER DATABASE ${name}_away RENAME TO ${name}`)
    expect(await undo()).toMatchObject({ touched: true })
  } finally {
    await pools.close()
    for (const each of [name, `${name}_away`]) await onServer(`DROP DATABASE IF EXISTS ${each} WITH (FORCE)`)
  }
})
