import { describe, expect, test } from 'vitest'
import { type CatalogActivities, operationWorkflowId } from '../../../src/contract.ts'
import { createProject } from '../../../src/postgres/catalog/projects/createProject.ts'
import { showProject } from '../../../src/postgres/catalog/projects/projects.ts'
import { useLedger } from './ledger.ts'

const ledger = useLedger()

/** Of the steps as a whole, by their keys. */
async function states(operationId: string): Promise<Record<string, string>> {
  const { steps } = await ledger.catalog.readOperation({ operationId })
  return Object.fromEntries(steps.map(({ key, state }) => [key, state]))
}

describe('accepting an operation', () => {
  test('is refused while the base is not there, and creating the project may be repeated until it is', async () => {
    const base = { server: 'a', namespace: `${ledger.project}_base` }
    await createProject(ledger.pool, { id: `${ledger.project}b`, base, actor: 'test' })
    await createProject(ledger.pool, { id: `${ledger.project}b`, base, actor: 'test' })
    const other = { ...base, namespace: 'elsewhere' }
    await expect(
      createProject(ledger.pool, { id: `${ledger.project}b`, base: other, actor: 'test' }),
    ).rejects.toMatchObject({
      code: 'ALREADY_EXISTS',
    })
    ledger.project = `${ledger.project}b`
    await expect(ledger.catalog.openOperation(ledger.request('early'))).rejects.toMatchObject({
      code: 'NOT_APPLICABLE',
    })
  })

  test('the same id twice at the same moment is one row', async () => {
    const results = await Promise.all([
      ledger.catalog.openOperation(ledger.request('same-1')),
      ledger.catalog.openOperation(ledger.request('same-1')),
    ])
    expect(results.map((result) => result.attempt)).toEqual([1, 1])
    const { rows } = await ledger.pool.query("select count(*)::int as n from schema_saga.operation where id = 'same-1'")
    expect(rows).toEqual([{ n: 1 }])
  })

  test('the same id with another mutation is refused', async () => {
    await ledger.catalog.openOperation(ledger.request('same-2'))
    await expect(ledger.catalog.openOperation(ledger.request('same-2', 'tea'))).rejects.toMatchObject({
      code: 'IDEMPOTENCY_CONFLICT',
    })
  })

  test('another workflow id than the contract’s is refused', async () => {
    const other = { ...ledger.request('odd'), workflowId: 'my-own-id' }
    await expect(ledger.catalog.openOperation(other)).rejects.toMatchObject({ code: 'NOT_APPLICABLE' })
  })

  test('invalid input leaves no row', async () => {
    const bad = { ...ledger.request('bad'), mutation: { type: 'create_model', nam: 'food' } }
    await expect(ledger.catalog.openOperation(bad)).rejects.toMatchObject({ name: 'InputInvalid' })
    const { rowCount } = await ledger.pool.query("select 1 from schema_saga.operation where id = 'bad'")
    expect(rowCount).toBe(0)
  })

  test('a second run of an operation that holds the turn is refused', async () => {
    await ledger.catalog.openOperation(ledger.request('runs-1'))
    await ledger.catalog.takeTurn({ operationId: 'runs-1', runId: 'runs-1' })
    await expect(ledger.catalog.openOperation(ledger.request('runs-1', 'food', 'other'))).rejects.toMatchObject({
      code: 'IN_PROGRESS',
    })
  })
})

describe('the turn', () => {
  test('goes in order of submission, and whoever releases it names the next', async () => {
    const first = await ledger.opened('1')
    const second = await ledger.opened('2', 'tea')
    const third = await ledger.opened('3', 'cup')
    expect(await ledger.catalog.takeTurn({ operationId: second, runId: second })).toMatchObject({
      taken: false,
      waitsFor: { operationId: first },
    })
    expect((await ledger.catalog.takeTurn({ operationId: first, runId: first })).taken).toBe(true)
    expect((await ledger.catalog.takeTurn({ operationId: first, runId: first })).taken).toBe(true)
    expect((await ledger.catalog.readOperation({ operationId: third })).waits_for).toBe(first)
    expect(await ledger.catalog.releaseTurn({ operationId: first })).toEqual({
      next: operationWorkflowId(ledger.project, second),
    })
    expect((await ledger.catalog.takeTurn({ operationId: third, runId: third })).taken).toBe(false)
    expect((await ledger.catalog.takeTurn({ operationId: second, runId: second })).taken).toBe(true)
  })

  test('is one per project: twenty that ask at once give it to one, and another project has its own', async () => {
    const ids = await Promise.all(Array.from({ length: 20 }, (_, index) => ledger.opened(`${index}`, `m${index}`)))
    const turns = await Promise.all(
      ids.map((operationId) => ledger.catalog.takeTurn({ operationId, runId: operationId })),
    )
    expect(turns.filter((turn) => turn.taken)).toHaveLength(1)
    ledger.project = `${ledger.project}x`
    await createProject(ledger.pool, { id: ledger.project, base: null, actor: 'test' })
    const other = await ledger.opened('1')
    expect((await ledger.catalog.takeTurn({ operationId: other, runId: other })).taken).toBe(true)
  })
})

describe('persist', () => {
  test('ends the tenants and the schema step with the schema, not before', async () => {
    await ledger.addTenant('t1')
    const operationId = await ledger.planned('1')
    await ledger.catalog.recordStep({ operationId, key: 'tenant_ddl', scope: '', state: 'running' })
    await ledger.catalog.persistSchema({ operationId, attempt: 1 })
    expect(await states(operationId)).toMatchObject({ tenant_ddl: 'running', system_schema: 'running' })
    await ledger.catalog.startTarget({ operationId, key: 'tenant_ddl', scope: 't1' })
    await ledger.catalog.recordStep({ operationId, key: 'tenant_ddl', scope: 't1', state: 'succeeded' })
    await ledger.catalog.persistSchema({ operationId, attempt: 1 })
    expect(await states(operationId)).toMatchObject({ tenant_ddl: 'succeeded', system_schema: 'succeeded' })
  })

  test('moves the project once, however often its answer is lost', async () => {
    const operationId = await ledger.planned('1')
    const outcome = { persisted: true, behind: 0 }
    expect(await ledger.catalog.persistSchema({ operationId, attempt: 1 })).toMatchObject(outcome)
    expect(await ledger.catalog.persistSchema({ operationId, attempt: 1 })).toEqual(outcome)
    expect((await showProject(ledger.pool, ledger.project)).revision).toBe(1)
  })

  test('gives the turn back with the schema, and names the next operation', async () => {
    const first = await ledger.planned('1')
    const second = await ledger.opened('2', 'tea')
    const { turn } = await ledger.catalog.persistSchema({ operationId: first, attempt: 1 })
    expect(turn).toEqual({ next: operationWorkflowId(ledger.project, second) })
    expect((await ledger.catalog.takeTurn({ operationId: second, runId: second })).taken).toBe(true)
  })

  test('keeps the turn while there is something to settle on the targets', async () => {
    const first = await ledger.planned('1')
    const second = await ledger.opened('2', 'tea')
    await ledger.pool.query(
      `update schema_saga.operation_plan set plan = plan || '{"settle": ["SELECT 1"]}' where operation_id = $1`,
      [first],
    )
    expect(await ledger.catalog.persistSchema({ operationId: first, attempt: 1 })).not.toHaveProperty('turn')
    expect((await ledger.catalog.takeTurn({ operationId: second, runId: second })).taken).toBe(false)
  })

  test('that arrives after the compensation began is refused', async () => {
    const operationId = await ledger.planned('1')
    await ledger.catalog.beginCompensation({ operationId, error: 'e', errorCode: 'E' })
    await expect(ledger.catalog.persistSchema({ operationId, attempt: 1 })).rejects.toMatchObject({
      code: 'PERSIST_CONFLICT',
    })
    expect((await showProject(ledger.pool, ledger.project)).revision).toBe(0)
  })

  test('of an attempt that is over is refused', async () => {
    const operationId = await ledger.planned('1')
    await expect(ledger.catalog.persistSchema({ operationId, attempt: 2 })).rejects.toMatchObject({
      code: 'PERSIST_CONFLICT',
    })
  })

  test('is a compare-and-set: a project that moved is not overwritten', async () => {
    const operationId = await ledger.planned('1')
    await ledger.pool.query('update schema_saga.project set revision = 5 where id = $1', [ledger.project])
    await expect(ledger.catalog.persistSchema({ operationId, attempt: 1 })).rejects.toMatchObject({
      code: 'PERSIST_CONFLICT',
    })
  })

  test('waits while an active tenant is behind, and lets nobody undo what is durable', async () => {
    await ledger.addTenant('t1')
    const operationId = await ledger.planned('1')
    await ledger.addTenant('t2')
    expect(await ledger.catalog.persistSchema({ operationId, attempt: 1 })).toEqual({ persisted: false, behind: 2 })
    for (const scope of ['t1', 't2']) {
      await ledger.catalog.startTarget({ operationId, key: 'tenant_ddl', scope })
      await ledger.catalog.recordStep({ operationId, key: 'tenant_ddl', scope, state: 'succeeded' })
    }
    expect(await ledger.catalog.persistSchema({ operationId, attempt: 1 })).toMatchObject({ persisted: true })
    await expect(ledger.catalog.beginCompensation({ operationId, error: 'e', errorCode: 'E' })).rejects.toMatchObject({
      code: 'PERSIST_CONFLICT',
    })
  })
})

describe('plans, steps and epochs', () => {
  test('an attempt is planned once, whatever happens to the project in between', async () => {
    const operationId = await ledger.opened('1')
    const first = await ledger.catalog.planOperation({ operationId })
    await ledger.pool.query('update schema_saga.project set revision = 9 where id = $1', [ledger.project])
    expect((await ledger.catalog.planOperation({ operationId })).hash).toBe(first.hash)
  })

  test('a tenant that is not there, or not active, is left out', async () => {
    const operationId = await ledger.planned('1')
    const step = { operationId, key: 'tenant_ddl', scope: 't1' } as const
    expect(await ledger.catalog.startTarget(step)).toMatchObject({ skipped: true })
  })

  test('a target that was undone gets the next epoch, one that was not keeps its own', async () => {
    await ledger.addTenant('t1')
    const operationId = await ledger.planned('1')
    const step = { operationId, key: 'tenant_ddl', scope: 't1' } as const
    expect(await ledger.catalog.startTarget(step)).toEqual({ epoch: 0 })
    expect(await ledger.catalog.startTarget(step)).toEqual({ epoch: 0 })
    await ledger.catalog.recordStep({ ...step, state: 'failed', error: 'no', errorCode: 'E' })
    await ledger.catalog.recordUndone({ ...step, touched: false })
    expect(await ledger.catalog.startTarget(step)).toEqual({ epoch: 1 })
  })

  test('an operation cannot be closed as failed while a target is still changed', async () => {
    await ledger.addTenant('t1')
    const operationId = await ledger.planned('1')
    await ledger.catalog.startTarget({ operationId, key: 'tenant_ddl', scope: 't1' })
    await expect(ledger.catalog.closeOperation({ operationId, status: 'failed' })).rejects.toMatchObject({
      code: 'COMPENSATION_FAILED',
    })
    await ledger.catalog.recordUndone({ operationId, key: 'tenant_ddl', scope: 't1', touched: true })
    await ledger.catalog.closeOperation({ operationId, status: 'failed', error: 'no', errorCode: 'E' })
    expect(await ledger.catalog.readOperation({ operationId })).toMatchObject({ status: 'failed', error_code: 'E' })
  })
})

describe('cohorts', () => {
  test('page 1,005 tenants of three servers, each once, in bounded parts', async () => {
    await ledger.pool.query(
      `insert into schema_saga.tenant (project_id, id, server_id, namespace, incarnation, state, revision)
       select $1, 't' || n, (array['a', 'b', 'c'])[1 + n % 3], 'n' || n, 'i', 'active', 0 from generate_series(1, 1005) n`,
      [ledger.project],
    )
    const operationId = await ledger.planned('1')
    const seen: string[] = []
    let after: Awaited<ReturnType<CatalogActivities['listCohorts']>>['cohorts'][number] | null = null
    const names = new Set<string>()
    for (;;) {
      const { cohorts } = await ledger.catalog.listCohorts({
        operationId,
        select: 'behind',
        after,
        limit: 2,
        cohortSize: 100,
      })
      if (cohorts.length === 0) break
      for (const cohort of cohorts) {
        names.add(cohort.name)
        const { targets } = await ledger.catalog.listCohortTargets({ operationId, select: 'behind', cohort })
        expect(targets.length).toBe(cohort.size)
        expect(targets.length).toBeLessThanOrEqual(100)
        expect(new Set(targets.map((target) => target.server))).toEqual(new Set([cohort.server]))
        seen.push(...targets.map((target) => target.scope))
      }
      after = cohorts.at(-1) ?? null
    }
    expect(seen).toHaveLength(1005)
    expect(new Set(seen).size).toBe(1005)
    // 335 tenants of each server, 100 to a cohort.
    expect([...names]).toEqual(['a', 'b', 'c'].flatMap((server) => [1, 2, 3, 4].map((n) => `${server}-${n}`)))
    expect(await ledger.catalog.countTenants({ operationId })).toMatchObject({ total: 1005, pending: 1005 })
  })

  test("begin the tenants' step when the tenants of one are asked for, and once", async () => {
    await ledger.addTenant('t1')
    const operationId = await ledger.planned('1')
    const list = { operationId, after: null, limit: 5, cohortSize: 250, select: 'behind' } as const
    const [cohort] = (await ledger.catalog.listCohorts(list)).cohorts
    if (cohort === undefined) throw new Error('There is one tenant.')
    await ledger.catalog.listCohortTargets({ operationId, cohort, select: 'started' })
    expect(await states(operationId)).toMatchObject({ tenant_ddl: 'pending' })
    for (let round = 1; round <= 2; round += 1) {
      await ledger.catalog.listCohortTargets({ operationId, cohort, select: 'behind' })
      const { steps } = await ledger.catalog.readOperation({ operationId })
      expect(steps.find(({ key }) => key === 'tenant_ddl')).toMatchObject({ state: 'running', tries: 1 })
    }
  })

  test('are counted with whether one more round would find any', async () => {
    await ledger.addTenant('t1')
    const operationId = await ledger.planned('1')
    expect(await ledger.catalog.countTenants({ operationId })).toMatchObject({ isAnyBehind: true })
    await ledger.succeed(operationId, 't1')
    expect(await ledger.catalog.countTenants({ operationId })).toMatchObject({ isAnyBehind: false })
    await ledger.addTenant('t2')
    expect(await ledger.catalog.countTenants({ operationId })).toMatchObject({ isAnyBehind: true })
  })

  test('are counted also when they were begun longer ago than an integer has milliseconds', async () => {
    await ledger.addTenant('t1')
    const operationId = await ledger.planned('1')
    await ledger.catalog.startTarget({ operationId, key: 'tenant_ddl', scope: 't1' })
    await ledger.pool.query("update schema_saga.operation_step set started_at = now() - interval '500 days'")
    const slowest = [{ tenant: 't1', ms: expect.any(Number) }]
    expect(await ledger.catalog.countTenants({ operationId })).toMatchObject({ pace: { slowest } })
  })

  test('list for the undo only tenants whose forward work may have started', async () => {
    for (const id of ['t1', 't2', 't3']) await ledger.addTenant(id)
    const operationId = await ledger.planned('1')
    await ledger.catalog.startTarget({ operationId, key: 'tenant_ddl', scope: 't2' })
    const started = { operationId, select: 'started', after: null, limit: 5, cohortSize: 250 } as const
    const { cohorts } = await ledger.catalog.listCohorts(started)
    expect(cohorts.map((cohort) => cohort.size)).toEqual([1])
    await ledger.catalog.recordUndone({ operationId, key: 'tenant_ddl', scope: 't2', touched: true })
    expect((await ledger.catalog.listCohorts(started)).cohorts).toEqual([])
  })
})
