import pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Target } from '../../src/contract.ts'
import type { Mutation } from '../../src/logical/mutations/index.ts'
import { EMPTY_SCHEMA, type LogicalSchema } from '../../src/logical/schema.ts'
import type { Plan } from '../../src/physical/plan.ts'
import { planMutation, schemaHashOf } from '../../src/physical/planMutation.ts'
import { applyPlanToTarget, compensatePlanOnTarget } from '../../src/postgres/execute.ts'
import { createTargetPools, type TargetPools } from '../../src/postgres/pools.ts'
import { provisionTarget } from '../../src/postgres/provision.ts'
import { ensureBookkeeping } from '../../src/postgres/target/bookkeeping.ts'
import { type FreshDatabase, freshDatabase } from '../fixtures/database.ts'
import { dumpSchema } from '../fixtures/dump.ts'

let database: FreshDatabase
let pools: TargetPools
let client: pg.Client
let target: Target
let count = 0

beforeAll(async () => {
  database = await freshDatabase()
  const server = { id: 's1', dsnEnv: 'S1_URL', maxSessions: 8, databasePerTenant: false }
  pools = createTargetPools({ server: async () => server, dsn: () => database.url })
  client = new pg.Client({ connectionString: database.url })
  await client.connect()
})
afterAll(async () => {
  await pools?.close()
  await client?.end()
  await database?.drop()
})
beforeEach(async () => {
  count += 1
  target = { scope: 't', server: 's1', namespace: `o'"dd :"ns" ${count}`, incarnation: 'first' }
  await provisionTarget(pools, {
    target,
    projectId: 'p',
    revision: 0,
    schemaHash: schemaHashOf(0, EMPTY_SCHEMA),
    statements: [],
  })
})

const FOOD = planMutation({
  schema: EMPTY_SCHEMA,
  revision: 0,
  mutation: { type: 'create_model', name: 'food' },
  operationId: 'op-1',
})

const run = (plan: Plan, operationId: string, epoch = 0) =>
  applyPlanToTarget(pools, { target, operationId, epoch, plan })
const undo = (plan: Plan, operationId: string, epoch = 0) =>
  compensatePlanOnTarget(pools, { target, operationId, epoch, plan })

async function markers(): Promise<string[]> {
  const { rows } = await client.query<{ line: string }>(
    `select format('%s/%s/%s %s', operation_id, epoch, stage, state) as line from schema_saga_target.marker
      where namespace = $1 order by 1`,
    [target.namespace],
  )
  return rows.map((row) => row.line)
}

async function revision(): Promise<number | undefined> {
  const { rows } = await client.query<{ revision: number }>(
    'select revision from schema_saga_target.target where namespace = $1',
    [target.namespace],
  )
  return rows[0]?.revision
}

/** Plans on top of the food model. */
function next(mutation: Mutation, operationId: string, schema: LogicalSchema = FOOD.nextSchema, at = 1): Plan {
  return planMutation({ schema, revision: at, mutation, operationId })
}

const NOTE = { type: 'add_field', model_name: 'food', field_label: 'Note', field_type: 'text' } as const

describe('a stage happens exactly once', () => {
  test('a plan that is applied twice acts once, and the second try says so', async () => {
    expect(await run(FOOD, 'op-1')).toEqual({ stagesRun: 1, stagesFoundApplied: 0 })
    expect(await run(FOOD, 'op-1')).toEqual({ stagesRun: 0, stagesFoundApplied: 1 })
    expect(await markers()).toEqual(['op-1/0/1 applied'])
    expect(await revision()).toBe(1)
  })

  test('two tries at the same moment act once', async () => {
    const results = await Promise.all([run(FOOD, 'op-1'), run(FOOD, 'op-1'), run(FOOD, 'op-1')])
    expect(results.reduce((sum, result) => sum + result.stagesRun, 0)).toBe(1)
  })

  test('a statement that fails leaves neither marker nor change', async () => {
    await client.query(`create table ${client.escapeIdentifier(target.namespace)}.food (id int)`)
    await expect(run(FOOD, 'op-1')).rejects.toMatchObject({ name: 'TargetDrifted', code: 'TARGET_DRIFTED' })
    expect(await markers()).toEqual([])
    expect(await revision()).toBe(0)
  })

  test('a target at another revision is refused', async () => {
    await run(FOOD, 'op-1')
    const other = planMutation({
      schema: EMPTY_SCHEMA,
      revision: 0,
      mutation: { type: 'create_model', name: 'tea' },
      operationId: 'op-2',
    })
    await expect(run(other, 'op-2')).rejects.toMatchObject({ code: 'TARGET_DRIFTED' })
    expect(await markers()).toEqual(['op-1/0/1 applied'])
  })

  test('a namespace that was provisioned anew does not inherit what an earlier one had', async () => {
    await run(FOOD, 'op-1')
    await client.query(`drop schema ${client.escapeIdentifier(target.namespace)} cascade`)
    const again = { ...target, incarnation: 'second' }
    const hash = schemaHashOf(0, EMPTY_SCHEMA)
    await provisionTarget(pools, { target: again, projectId: 'p', revision: 0, schemaHash: hash, statements: [] })
    await expect(run(FOOD, 'op-1')).rejects.toMatchObject({ code: 'TARGET_DRIFTED' })
    target = again
    expect(await run(FOOD, 'op-1')).toMatchObject({ stagesRun: 1 })
  })
})

describe('undo', () => {
  test('of what never ran leaves a tombstone, and a late try is refused as stale', async () => {
    expect(await undo(FOOD, 'op-1')).toEqual({ touched: false, setAside: [] })
    expect(await markers()).toEqual(['op-1/0/1 compensated'])
    await expect(run(FOOD, 'op-1')).rejects.toMatchObject({ name: 'StaleEpoch', code: 'STALE_EPOCH' })
    expect(await revision()).toBe(0)
  })

  test('gives back the schema from before, and the next epoch may go forward again', async () => {
    const before = await dumpSchema(client, target.namespace)
    await run(FOOD, 'op-1')
    expect(await undo(FOOD, 'op-1')).toEqual({ touched: true, setAside: [] })
    expect(await dumpSchema(client, target.namespace)).toBe(before)
    expect(await revision()).toBe(0)
    expect(await undo(FOOD, 'op-1')).toMatchObject({ touched: false })
    await run(FOOD, 'op-1', 1)
    expect(await markers()).toEqual(['op-1/0/1 compensated', 'op-1/1/1 applied'])
    await expect(run(FOOD, 'op-1', 0)).rejects.toMatchObject({ code: 'STALE_EPOCH' })
    expect(await revision()).toBe(1)
  })

  test('of a table that somebody has filled sets it aside with its rows', async () => {
    await run(FOOD, 'op-1')
    const namespace = client.escapeIdentifier(target.namespace)
    await client.query(`insert into ${namespace}.food values ('f1')`)
    const { setAside } = await undo(FOOD, 'op-1')
    expect(setAside).toHaveLength(1)
    const { rows } = await client.query(`select id from ${namespace}.${client.escapeIdentifier(setAside[0] ?? '')}`)
    expect(rows).toEqual([{ id: 'f1' }])
    expect(await run(FOOD, 'op-1', 1)).toMatchObject({ stagesRun: 1 })
  })

  test('of a deletion brings table and rows back', async () => {
    await run(FOOD, 'op-1')
    const namespace = client.escapeIdentifier(target.namespace)
    await client.query(`insert into ${namespace}.food values ('f1')`)
    const before = await dumpSchema(client, target.namespace)
    const plan = next({ type: 'delete_model', model_name: 'food' }, 'op-2')
    await run(plan, 'op-2')
    const aside = await client.query('select * from schema_saga_target.set_aside where namespace = $1', [
      target.namespace,
    ])
    expect(aside.rowCount).toBe(1)
    await undo(plan, 'op-2')
    expect(await dumpSchema(client, target.namespace)).toBe(before)
    expect((await client.query(`select id from ${namespace}.food`)).rows).toEqual([{ id: 'f1' }])
    const left = await client.query('select * from schema_saga_target.set_aside where namespace = $1', [
      target.namespace,
    ])
    expect(left.rowCount).toBe(0)
  })
})

describe('stages outside a transaction', () => {
  const INDEXED = { ...NOTE, enable_indexing: true } as const
  const state = async (): Promise<{ indisvalid: boolean }[]> => {
    const { rows } = await client.query<{ indisvalid: boolean }>(
      `select x.indisvalid from pg_index x join pg_class c on c.oid = x.indexrelid join pg_namespace n on n.oid = c.relnamespace
        where n.nspname = $1 and c.relname = 'idx_food_note'`,
      [target.namespace],
    )
    return rows
  }

  test('an index is built, undone and built again', async () => {
    await run(FOOD, 'op-1')
    const plan = next(INDEXED, 'op-2')
    expect(await run(plan, 'op-2')).toMatchObject({ stagesRun: 2 })
    expect(await state()).toEqual([{ indisvalid: true }])
    await undo(plan, 'op-2')
    expect(await state()).toEqual([])
    expect(await run(plan, 'op-2', 1)).toMatchObject({ stagesRun: 2 })
  })

  test.each([
    ['valid', 'is adopted'],
    ['invalid', 'is dropped and built again'],
    ['missing', 'is built'],
  ])('an index that a killed worker left %s %s', async (left) => {
    await run(FOOD, 'op-1')
    const plan = next(INDEXED, 'op-2')
    await run(plan, 'op-2')
    // As after a kill between CREATE INDEX and its marker.
    await client.query(
      `update schema_saga_target.marker set state = 'started' where namespace = $1 and operation_id = 'op-2' and stage = 2`,
      [target.namespace],
    )
    const namespace = client.escapeIdentifier(target.namespace)
    if (left === 'invalid') {
      await client.query(
        `update pg_index set indisvalid = false where indexrelid = '${namespace.replaceAll("'", "''")}.idx_food_note'::regclass`,
      )
    }
    if (left === 'missing') await client.query(`drop index ${namespace}.idx_food_note`)
    expect(await run(plan, 'op-2')).toEqual({ stagesRun: 1, stagesFoundApplied: 1 })
    expect(await state()).toEqual([{ indisvalid: true }])
    expect(await markers()).toContain('op-2/0/2 applied')
  })
})

describe('what stands in the way', () => {
  test('a lock that is held is given up in bounded time, naming the session that holds it', async () => {
    await run(FOOD, 'op-1')
    const holder = new pg.Client({ connectionString: database.url, application_name: 'reports' })
    await holder.connect()
    await holder.query(`begin; select * from ${client.escapeIdentifier(target.namespace)}.food`)
    const error = await run(next(NOTE, 'op-2'), 'op-2').then(
      () => undefined,
      (reason: unknown) => reason,
    )
    expect(error).toMatchObject({
      name: 'LockUnavailable',
      message: expect.stringMatching(/held by pid \d+ \(reports, idle in transaction/),
    })
    await holder.end()
    expect(await run(next(NOTE, 'op-2'), 'op-2')).toMatchObject({ stagesRun: 1 })
  })

  test('rows that forbid the change are told without their values', async () => {
    await run(FOOD, 'op-1')
    const namespace = client.escapeIdentifier(target.namespace)
    await client.query(`insert into ${namespace}.food values ('secret-1'), ('secret-2')`)
    const unique = { ...NOTE, validation: { required: true, unique: true, default: 'hush' } } as const
    const error = await run(next(unique, 'op-2'), 'op-2').then(
      () => undefined,
      (reason: unknown) => reason,
    )
    expect(error).toMatchObject({ name: 'DataRejected', code: 'DATA_REJECTED' })
    expect(JSON.stringify(error) + String(error)).not.toMatch(/secret|hush/)
  })

  test('a cancelled activity cancels its statement in Postgres within seconds', async () => {
    await run(FOOD, 'op-1')
    const holder = new pg.Client({ connectionString: database.url })
    await holder.connect()
    await holder.query(`begin; lock table ${client.escapeIdentifier(target.namespace)}.food`)
    const abort = new AbortController()
    const started = Date.now()
    setTimeout(() => abort.abort(), 200)
    const work = applyPlanToTarget(pools, {
      target,
      operationId: 'op-2',
      epoch: 0,
      plan: next(NOTE, 'op-2'),
      signal: abort.signal,
    })
    await expect(work).rejects.toMatchObject({ code: 'LOCK_UNAVAILABLE' })
    expect(Date.now() - started).toBeLessThan(1_500)
    await holder.end()
  })
})

describe('bookkeeping and provisioning', () => {
  test('fifty sessions that create the bookkeeping at once all succeed', async () => {
    const fresh = await freshDatabase()
    const sessions = await Promise.all(
      Array.from({ length: 50 }, async () => {
        const session = new pg.Client({ connectionString: fresh.url })
        await session.connect()
        return session
      }),
    )
    await Promise.all(sessions.map((session) => ensureBookkeeping(session)))
    await Promise.all(sessions.map((session) => session.end()))
    await fresh.drop()
  })

  test('provisioning again with the same incarnation is harmless, and a namespace with tables is not taken', async () => {
    await run(FOOD, 'op-1')
    const request = { projectId: 'p', revision: 0, schemaHash: schemaHashOf(0, EMPTY_SCHEMA), statements: [] }
    expect(await provisionTarget(pools, { ...request, target })).toMatchObject({ revision: 1 })
    const other = { ...target, incarnation: 'other' }
    await expect(provisionTarget(pools, { ...request, target: other })).rejects.toMatchObject({
      code: 'ALREADY_EXISTS',
    })
    expect(await run(FOOD, 'op-1')).toMatchObject({ stagesFoundApplied: 1 })
  })

  test('a server without a connection string names the variable, not its value', async () => {
    const server = { id: 's9', dsnEnv: 'S9_URL', maxSessions: 1, databasePerTenant: false }
    const blind = createTargetPools({ server: async () => server, dsn: () => undefined })
    const work = applyPlanToTarget(blind, { target, operationId: 'op-1', epoch: 0, plan: FOOD })
    await expect(work).rejects.toMatchObject({ code: 'TARGET_UNREACHABLE', message: expect.stringContaining('S9_URL') })
  })
})
