import { afterAll, beforeAll, expect, it } from 'vitest'
import { introspect } from '../../../src/postgres/introspection/introspect.ts'
import { applyPlanToTarget, compensatePlanOnTarget } from '../../../src/postgres/target/execute.ts'
import { sessionPrefix } from '../../../src/postgres/target/stage/execution.ts'
import { ADD_INDEX, markersOf, openFleet, plan, revisionOf, type TestFleet, target, work } from '../fleet.ts'

let fleet: TestFleet
beforeAll(async () => {
  fleet = await openFleet()
})
afterAll(() => fleet.close())

/** As a worker leaves it that died after the marker `started`. */
async function leaveStarted(namespace: string): Promise<void> {
  await fleet.client.query(
    `INSERT INTO schema_saga_target.marker (namespace, incarnation, operation_id, epoch, stage, state, plan_hash)
     VALUES ($1, 'i1', 'op', 1, 1, 'started', 'plan-hash')`,
    [namespace],
  )
}

async function leaveInvalid(namespace: string): Promise<void> {
  const sql = `CREATE INDEX "idx_food_name" ON ${namespace}."food" ("name")`
  await fleet.client.query(sql)
  await fleet.client.query(
    `UPDATE pg_index SET indisvalid = false WHERE indexrelid = '${namespace}.idx_food_name'::regclass`,
  )
}

async function indexes(namespace: string): Promise<unknown> {
  return (await introspect(fleet.client, namespace)).tables.food?.indexes
}

const VALID = { idx_food_name: { name: 'idx_food_name', columns: ['name'], unique: false, valid: true } }

it('builds an index concurrently and drops it again', async () => {
  const t = await target(fleet, 'built')
  expect(await applyPlanToTarget(fleet.pools, work(t, ADD_INDEX))).toEqual({ stagesRun: 1, stagesFoundApplied: 0 })
  expect(await indexes('built')).toEqual(VALID)
  expect(await revisionOf(fleet, 'built')).toBe(2)
  expect(await applyPlanToTarget(fleet.pools, work(t, ADD_INDEX))).toEqual({ stagesRun: 0, stagesFoundApplied: 1 })
  expect(await compensatePlanOnTarget(fleet.pools, work(t, ADD_INDEX))).toMatchObject({ touched: true })
  expect(await indexes('built')).toEqual({})
  expect(await revisionOf(fleet, 'built')).toBe(1)
})

it('adopts a valid index that a dead try had finished', async () => {
  const t = await target(fleet, 'adopted')
  await leaveStarted('adopted')
  await fleet.client.query('CREATE INDEX "idx_food_name" ON adopted."food" ("name")')
  const { rows } = await fleet.client.query(`SELECT 'adopted.idx_food_name'::regclass::oid AS oid`)
  await applyPlanToTarget(fleet.pools, work(t, ADD_INDEX))
  const after = await fleet.client.query(`SELECT 'adopted.idx_food_name'::regclass::oid AS oid`)
  expect(after.rows).toEqual(rows)
  expect(await markersOf(fleet, 'adopted')).toEqual(['1/1 applied'])
})

it('rebuilds an invalid index that a dead try had left', async () => {
  const t = await target(fleet, 'rebuilt')
  await leaveStarted('rebuilt')
  await leaveInvalid('rebuilt')
  await applyPlanToTarget(fleet.pools, work(t, ADD_INDEX))
  expect(await indexes('rebuilt')).toEqual(VALID)
})

it('builds an index that a dead try had not begun', async () => {
  const t = await target(fleet, 'begun')
  await leaveStarted('begun')
  await applyPlanToTarget(fleet.pools, work(t, ADD_INDEX))
  expect(await indexes('begun')).toEqual(VALID)
})

it('drops an invalid index when it compensates', async () => {
  const t = await target(fleet, 'dropped')
  await leaveStarted('dropped')
  await leaveInvalid('dropped')
  await compensatePlanOnTarget(fleet.pools, work(t, ADD_INDEX))
  expect(await indexes('dropped')).toEqual({})
  expect(await revisionOf(fleet, 'dropped')).toBe(1)
})

it('neither builds over an index of somebody else nor drops it afterwards', async () => {
  const t = await target(fleet, 'foreign_index')
  await fleet.client.query('CREATE INDEX "idx_food_name" ON foreign_index."food" ("name")')
  await expect(applyPlanToTarget(fleet.pools, work(t, ADD_INDEX))).rejects.toThrow(/idx_food_name is there already/)
  expect(await compensatePlanOnTarget(fleet.pools, work(t, ADD_INDEX))).toMatchObject({ touched: false })
  expect(await indexes('foreign_index')).toEqual(VALID)
})

it('acts once when two tries build at the same moment', async () => {
  const t = await target(fleet, 'two_builders')
  const both = await Promise.all([1, 2].map(() => applyPlanToTarget(fleet.pools, work(t, ADD_INDEX))))
  expect(both.map(({ stagesRun }) => stagesRun).sort()).toEqual([0, 1])
  expect(await indexes('two_builders')).toEqual(VALID)
})

it('builds on many targets of one database at once', async () => {
  const targets = await Promise.all(Array.from({ length: 12 }, (_, n) => target(fleet, `many_${n}`)))
  await Promise.all(targets.map((t) => applyPlanToTarget(fleet.pools, work(t, ADD_INDEX))))
  for (const { namespace } of targets) expect(await indexes(namespace)).toEqual(VALID)
})

it('stops a try that arrives after the tombstone', async () => {
  const t = await target(fleet, 'late')
  await compensatePlanOnTarget(fleet.pools, work(t, ADD_INDEX))
  await expect(applyPlanToTarget(fleet.pools, work(t, ADD_INDEX))).rejects.toMatchObject({ name: 'StaleEpoch' })
  expect(await indexes('late')).toEqual({})
})

it('tells which rows forbid a unique index by name only, and cleans up', async () => {
  const t = await target(fleet, 'duplicates')
  await fleet.client.query(`INSERT INTO duplicates.food VALUES ('1', 'secret-value'), ('2', 'secret-value')`)
  const unique = plan([
    { kind: 'statement', sql: ['CREATE UNIQUE INDEX CONCURRENTLY "u" ON :"ns"."food" ("name")'], index: 'u' },
    { kind: 'statement', sql: ['DROP INDEX CONCURRENTLY IF EXISTS :"ns"."u"'], index: 'u' },
  ])
  const failed = applyPlanToTarget(fleet.pools, work(t, unique))
  await expect(failed).rejects.toMatchObject({ name: 'DataRejected', code: 'DATA_REJECTED' })
  expect(JSON.stringify(await failed.catch((error: Error) => ({ ...error, message: error.message })))).not.toContain(
    'secret-value',
  )
  await compensatePlanOnTarget(fleet.pools, work(t, unique))
  expect(await indexes('duplicates')).toEqual({})
})

it('ends a dead try of its own operation that still holds the target', async () => {
  const t = await target(fleet, 'held')
  const dead = await fleet.connect()
  await dead.query(`SET application_name = '${sessionPrefix(work(t, ADD_INDEX))}dead'`)
  await dead.query(`SELECT pg_advisory_lock(hashtextextended('schema-saga/target/shop/held', 0))`)
  await applyPlanToTarget(fleet.pools, work(t, ADD_INDEX, { limits: { deadAfterMs: 200 } }))
  expect(await indexes('held')).toEqual(VALID)
})

it('leaves the session of other work alone, and names it', async () => {
  const t = await target(fleet, 'busy')
  const other = await fleet.connect()
  await other.query(`SET application_name = 'other work'`)
  await other.query(`SELECT pg_advisory_lock(hashtextextended('schema-saga/target/shop/busy', 0))`)
  await expect(
    applyPlanToTarget(fleet.pools, work(t, ADD_INDEX, { limits: { deadAfterMs: 100, heldMs: 400 } })),
  ).rejects.toThrow(/did not end in time.*other work/)
  await other.query('SELECT 1')
})
