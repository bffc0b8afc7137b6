import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { applyPlanToTarget } from '../../../src/postgres/target/execute.ts'
import { ADD_PRICE, columnsOf, openFleet, plan, type TestFleet, target, work } from '../fleet.ts'

let fleet: TestFleet
beforeAll(async () => {
  fleet = await openFleet()
})
afterAll(() => fleet.close())

it('names who blocks it when a lock is not to be had, and nothing of what they run', async () => {
  const t = await target(fleet, 'locked')
  const reader = await fleet.connect()
  await reader.query(`SET application_name = 'nightly report'`)
  await reader.query('BEGIN')
  await reader.query(`SELECT * FROM locked.food WHERE name = 'secret-value'`)
  const { rows } = await reader.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
  const reported: unknown[] = []
  const reportBlockers = (blockers: unknown) => void reported.push(blockers)
  const failed = applyPlanToTarget(fleet.pools, work(t, ADD_PRICE, { limits: { lockMs: 1_000 }, reportBlockers }))
  await expect(failed).rejects.toMatchObject({
    name: 'LockUnavailable',
    code: 'LOCK_UNAVAILABLE',
    message: expect.stringContaining('nightly report'),
    details: {
      sqlstate: '55P03',
      blockers: [{ pid: rows[0]?.pid, applicationName: 'nightly report', state: 'idle in transaction' }],
    },
  })
  expect(reported).toMatchObject([[{ pid: rows[0]?.pid, applicationName: 'nightly report' }]])
  const text = await failed.catch((error: Error) => JSON.stringify({ ...error, message: error.message }))
  expect(text).not.toContain('secret-value')
  await reader.query('COMMIT')
  expect(await applyPlanToTarget(fleet.pools, work(t, ADD_PRICE))).toMatchObject({ stagesRun: 1 })
})

it('A96: gives up its lock in bounded time, comes again, and never makes writers wait for longer than that', async () => {
  const t = await target(fleet, 'patient_ddl')
  const reader = await fleet.connect()
  await reader.query('BEGIN')
  await reader.query('SELECT * FROM patient_ddl.food')
  const lockMs = 400
  const writing = new AbortController()
  const writes = writeUntil(writing.signal, 'patient_ddl')
  for (let attempt = 1; attempt <= 3; attempt += 1) {
    const since = Date.now()
    const tried = applyPlanToTarget(fleet.pools, work(t, ADD_PRICE, { limits: { lockMs } }))
    await expect(tried).rejects.toMatchObject({ code: 'LOCK_UNAVAILABLE' })
    expect(Date.now() - since).toBeLessThan(lockMs + 3_000)
  }
  await reader.query('COMMIT')
  expect(await applyPlanToTarget(fleet.pools, work(t, ADD_PRICE))).toMatchObject({ stagesRun: 1 })
  writing.abort()
  const { written, slowestMs } = await writes
  expect(written).toBeGreaterThan(3)
  expect(slowestMs).toBeLessThan(lockMs + 1_500)
})

/** Writes row after row, and tells how long the slowest took. */
async function writeUntil(stop: AbortSignal, namespace: string): Promise<{ written: number; slowestMs: number }> {
  const writer = await fleet.connect()
  let written = 0
  let slowestMs = 0
  while (!stop.aborted) {
    const since = Date.now()
    await writer.query(`INSERT INTO ${namespace}.food (id) VALUES ($1)`, [`row-${written}`])
    slowestMs = Math.max(slowestMs, Date.now() - since)
    written += 1
    await sleep(5)
  }
  return { written, slowestMs }
}

/** How many statements of the fleet sleep. */
async function sleeping(): Promise<number | null> {
  const text = `select from pg_stat_activity where wait_event = 'PgSleep' and datname = current_database()`
  return (await fleet.client.query(text)).rowCount
}

/** How many sessions look after the work of others. */
async function looking(): Promise<number | null> {
  const text = `select from pg_stat_activity where application_name = 'schema-saga/side' and datname = current_database()`
  return (await fleet.client.query(text)).rowCount
}

it('stops the running statement when the work is cancelled', async () => {
  const t = await target(fleet, 'cancelled')
  const cancel = new AbortController()
  const slow = plan([{ sql: ['ALTER TABLE :"ns"."food" ADD COLUMN "a" text', 'SELECT pg_sleep(30)'] }, { sql: [] }])
  const began = Date.now()
  const running = applyPlanToTarget(fleet.pools, work(t, slow, { signal: cancel.signal }))
  const refused = expect(running).rejects.toThrow('a person cancelled')
  await expect.poll(sleeping, { timeout: 10_000 }).toBe(1)
  cancel.abort(new Error('a person cancelled'))
  await refused
  expect(Date.now() - began).toBeLessThan(10_000)
  expect(await columnsOf(fleet, 'cancelled')).toEqual(['id', 'name'])
})

it('stops all that runs, also where more of it is being looked after than there are sessions to look from', async () => {
  const slow = plan([{ sql: ['SELECT pg_sleep(30)'] }, { sql: [] }])
  const cancel = new AbortController()
  const limits = { lockMs: 200 }
  const each = async (n: number) =>
    work(await target(fleet, `looked_after_${n}`), slow, { signal: cancel.signal, limits })
  const works = await Promise.all([1, 2, 3, 4, 5, 6].map(each))
  const refused = Promise.all(
    works.map((each) => expect(applyPlanToTarget(fleet.pools, each)).rejects.toThrow('a person cancelled')),
  )
  await expect.poll(sleeping, { timeout: 10_000 }).toBe(works.length)
  await expect.poll(looking, { timeout: 10_000 }).toBe(2)
  cancel.abort(new Error('a person cancelled'))
  await refused
  expect(await sleeping()).toBe(0)
}, 15_000)

it('does not take a statement that ran as long as it may for one that waits for a lock', async () => {
  const t = await target(fleet, 'slow')
  const slow = plan([{ sql: ['SELECT pg_sleep(30)'] }, { sql: [] }])
  await expect(applyPlanToTarget(fleet.pools, work(t, slow, { limits: { statementMs: 200 } }))).rejects.toMatchObject({
    name: 'TimeLimitReached',
    code: 'TIME_LIMIT_REACHED',
    message: expect.stringContaining('it is not retried'),
    details: { sqlstate: '57014' },
  })
})

it('keeps the values of rows out of errors', async () => {
  const t = await target(fleet, 'values')
  await fleet.client.query(`INSERT INTO values.food VALUES ('1', 'secret-value'), ('2', 'secret-value')`)
  const statements = [
    'ALTER TABLE :"ns"."food" ADD CONSTRAINT "food_name" UNIQUE ("name")',
    'ALTER TABLE :"ns"."food" ALTER COLUMN "name" TYPE integer USING "name"::integer',
    `ALTER TABLE :"ns"."food" ADD CONSTRAINT "short" CHECK (length("name") < 3)`,
  ]
  for (const sql of statements) {
    const failed = applyPlanToTarget(fleet.pools, work(t, plan([{ sql: [sql] }, { sql: [] }])))
    const error: Error = await failed.then(
      () => new Error('it went through'),
      (reason: Error) => reason,
    )
    expect(error.name).toBe('DataRejected')
    expect(JSON.stringify({ ...error, message: error.message })).not.toContain('secret')
  }
})

it('lets a stage that proves a rule over all rows take longer than any other', async () => {
  const slow = (validates: boolean) => plan([{ sql: ['SELECT pg_sleep(1.5)'], validates }, { sql: [] }])
  const limits = { statementMs: 700 }
  const proof = await target(fleet, 'patient')
  expect(await applyPlanToTarget(fleet.pools, work(proof, slow(true), { limits }))).toMatchObject({ stagesRun: 1 })
  const other = await target(fleet, 'impatient')
  await expect(applyPlanToTarget(fleet.pools, work(other, slow(false), { limits }))).rejects.toMatchObject({
    code: 'TIME_LIMIT_REACHED',
  })
})
