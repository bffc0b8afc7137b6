import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { describe, expect, test } from 'vitest'
import { STEP_KEYS } from '../../../src/contract.ts'
import { readCacheBehind } from '../../../src/postgres/catalog/cache.ts'
import { readOperationDocument, readOperationHistory } from '../../../src/postgres/catalog/operations/documents.ts'
import { useLedger } from './ledger.ts'

const ledger = useLedger()

const KEYS =
  'accepted,actor,attempt,base_revision,ended_at,error,error_code,id,paused,plan_hash,problems,problems_left_out,project,refused,request,revision,set_aside,started_at,status,steps,submitted_at,tenants,type,unchanged,waits_for,waits_for_status,waits_on,waits_since,workflow_id'
const STEP_FIELDS = 'ended_at,error,error_code,key,started_at,state,tries'
const UTC = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/

const keysOf = (value: object): string => Object.keys(value).sort().join(',')

test('a document has exactly the keys it promises, before the plan and after it', async () => {
  const { catalog } = ledger
  const operationId = await ledger.opened('1')
  const before = await catalog.readOperation({ operationId })
  await catalog.takeTurn({ operationId, runId: operationId })
  await catalog.planOperation({ operationId })
  const after = await catalog.readOperation({ operationId })
  for (const document of [before, after]) {
    expect(keysOf(document)).toBe(KEYS)
    expect(document.steps.map((step) => step.key)).toEqual(STEP_KEYS)
    for (const step of document.steps) expect(keysOf(step)).toBe(STEP_FIELDS)
    expect(document.submitted_at).toMatch(UTC)
  }
  expect(before.steps.every((step) => step.state === 'pending')).toBe(true)
  expect(before).toMatchObject({ status: 'pending', revision: null, started_at: null })
  expect(after).toMatchObject({ status: 'applying', base_revision: 0, revision: null })
  expect(after.steps.map((step) => step.state)).toEqual([
    'pending',
    'skipped',
    'pending',
    'pending',
    'skipped',
    'pending',
    'pending',
  ])
})

test('a durable operation shows its step as succeeded from the same moment on', async () => {
  const operationId = await ledger.planned('1')
  await ledger.catalog.persistSchema({ operationId, attempt: 1 })
  const { steps } = await ledger.catalog.readOperation({ operationId })
  expect(steps.find((step) => step.key === 'system_schema')).toMatchObject({ state: 'succeeded' })
})

test('what is on record of a durable operation stays so when a worker that died has its last records written again', async () => {
  const operationId = await ledger.planned('1')
  const record = { operationId, key: 'system_schema', scope: '', state: 'running' } as const
  await ledger.catalog.recordStep(record)
  await ledger.catalog.persistSchema({ operationId, attempt: 1 })
  const { steps: before } = await ledger.catalog.readOperation({ operationId })
  await ledger.catalog.recordStep(record)
  const { steps: after } = await ledger.catalog.readOperation({ operationId })
  expect(after).toEqual(before)
})

test('at most 100 problems are named, and the rest is counted', async () => {
  const { pool, catalog } = ledger
  const operationId = await ledger.planned('1')
  await pool.query(
    `insert into schema_saga.operation_step (operation_id, key, scope, state, error, error_code)
     select $1, 'tenant_ddl', 't' || to_char(n, 'fm0000'), 'failed', 'no', 'E' from generate_series(1, 130) n`,
    [operationId],
  )
  const { problems, problems_left_out, tenants } = await catalog.readOperation({ operationId })
  expect(problems).toHaveLength(100)
  expect(problems[0]).toEqual({ tenant: 't0001', state: 'failed', error_code: 'E', error: 'no' })
  expect([problems_left_out, tenants.failed]).toEqual([30, 130])
})

test('the history shows the schema that was before the plan, not the one at submission', async () => {
  const { pool, catalog } = ledger
  const first = await ledger.opened('1', 'food')
  const second = await ledger.opened('2', 'tea')
  await catalog.takeTurn({ operationId: first, runId: first })
  await catalog.planOperation({ operationId: first })
  await catalog.persistSchema({ operationId: first, attempt: 1 })
  await catalog.releaseTurn({ operationId: first })
  await catalog.takeTurn({ operationId: second, runId: second })
  await catalog.planOperation({ operationId: second })
  const history = await readOperationHistory(pool, second)
  expect(history.schema_before?.models.map((model) => model.name)).toEqual(['food'])
  await expect(readOperationHistory(pool, 'nobody')).rejects.toMatchObject({ code: 'OPERATION_NOT_FOUND' })
})

test('the cache holds the current revision, goes forwards only and is announced', async () => {
  const { pool, catalog, project } = ledger
  const first = await ledger.committed('1', 'food')
  await ledger.committed('2', 'tea')
  const cacheStep = async (): Promise<unknown> =>
    (await catalog.readOperation({ operationId: first })).steps.find(({ key }) => key === 'cache')
  expect(await cacheStep()).toMatchObject({ state: 'succeeded', tries: 1 })
  const listener = await pool.connect()
  const heard: (string | undefined)[] = []
  listener.on('notification', (message) => heard.push(message.payload))
  try {
    await listener.query('listen schema_saga_cache')
    expect(await catalog.publishCache({ operationId: first })).toEqual({ generation: 2, recorded: true })
    await pool.query('update schema_saga.cache_document set generation = 9 where project_id = $1', [project])
    await catalog.publishCache({ operationId: first })
    expect(await cacheStep()).toMatchObject({ state: 'succeeded', tries: 1 })
    await expect.poll(() => heard).toContain(`${project}:2`)
  } finally {
    await listener.query('unlisten *')
    listener.release()
  }
  const document = await readCacheBehind(pool, project, null)
  expect(document).toMatchObject({ project_id: project, models: [{ physical_name: 'food' }, { physical_name: 'tea' }] })
  const { rows } = await pool.query('select generation from schema_saga.cache_document where project_id = $1', [
    project,
  ])
  expect(rows).toEqual([{ generation: 9 }])
})

test('a cache that keeps persist waiting is left to a step of its own', async () => {
  const { pool, catalog } = ledger
  const operationId = await ledger.planned('1')
  const cacheStep = async (): Promise<unknown> =>
    (await catalog.readOperation({ operationId })).steps.find(({ key }) => key === 'cache')
  const holder = await pool.connect()
  await holder.query('begin; lock table schema_saga.cache_document in access exclusive mode')
  const outcome = await catalog.persistSchema({ operationId, attempt: 1 })
  await holder.query('rollback')
  holder.release()
  expect(outcome).toEqual({ persisted: true, behind: 0, turn: { next: null } })
  expect(await cacheStep()).toMatchObject({ state: 'running', tries: 1 })
  expect(await catalog.publishCache({ operationId })).toEqual({ generation: 1, recorded: true })
  expect(await cacheStep()).toMatchObject({ state: 'succeeded', tries: 1 })
})

describe('what is read of the audit for an operation', () => {
  const role = `reader_${randomBytes(4).toString('hex')}`
  const asReader = async (work: (pool: pg.Pool) => Promise<void>): Promise<void> => {
    await ledger.pool.query(`create role ${role} nosuperuser; grant usage on schema schema_saga to ${role};
      grant select on all tables in schema schema_saga to ${role}; revoke select on schema_saga.audit from ${role}`)
    const pool = new pg.Pool({ connectionString: ledger.database.url, max: 1, options: `-c role=${role}` })
    try {
      await work(pool)
    } finally {
      await pool.end()
      await ledger.pool.query(`drop owned by ${role}; drop role ${role}`)
    }
  }

  test('is missing for a role that may not read it, which is told the rest', async () => {
    const operationId = await ledger.planned('1')
    await ledger.catalog.audit({ operationId, actor: 'rosa', action: 'repair_ignored', note: 'No sense.' })
    expect(await readOperationDocument(ledger.pool, operationId)).toMatchObject({ refused: { text: 'No sense.' } })
    await asReader(async (pool) => {
      expect(await readOperationDocument(pool, operationId)).toMatchObject({ id: operationId, refused: null })
    })
  })

  test('fails the reading for every other reason, which is told', async () => {
    const operationId = await ledger.planned('1')
    await ledger.pool.query('alter table schema_saga.audit rename column details to facts')
    try {
      await expect(readOperationDocument(ledger.pool, operationId)).rejects.toMatchObject({
        code: 'CATALOG_MISMATCH',
        message: expect.stringContaining('details'),
      })
    } finally {
      await ledger.pool.query('alter table schema_saga.audit rename column facts to details')
    }
  })
})
