import type pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createCatalogActivities } from '../../../src/activities/catalogActivities.ts'
import { type CatalogActivities, operationWorkflowId } from '../../../src/contract.ts'
import { migrateCatalog } from '../../../src/postgres/catalog/migrate.ts'
import { createCatalogPool } from '../../../src/postgres/catalog/pool.ts'
import { createProject, showProject } from '../../../src/postgres/catalog/projects.ts'
import { activateTenant, openProvisioning } from '../../../src/postgres/catalog/provisioning.ts'
import { addServer } from '../../../src/postgres/catalog/servers.ts'
import { createTargetPools } from '../../../src/postgres/pools.ts'
import { type FreshDatabase, freshDatabase } from '../../fixtures/database.ts'

let database: FreshDatabase
let pool: pg.Pool
let catalog: CatalogActivities
let project: string
let count = 0

beforeAll(async () => {
  database = await freshDatabase()
  await Promise.all([migrateCatalog(database.url), migrateCatalog(database.url)])
  await migrateCatalog(database.url)
  pool = createCatalogPool(database.url)
  const unused = createTargetPools({ server: () => Promise.reject(new Error('no target here')), dsn: () => undefined })
  catalog = createCatalogActivities({ catalog: pool, targetPools: unused, hooks: {} })
  for (const id of ['a', 'b', 'c']) await addServer(pool, { id, dsnEnv: 'URL', actor: 'test' })
})
afterAll(async () => {
  await pool?.end()
  await database?.drop()
})
beforeEach(async () => {
  count += 1
  project = `p${count}`
  await createProject(pool, { id: project, base: null, actor: 'test' })
})

const request = (operationId: string, name = 'food', run = operationId) => ({
  project,
  operationId,
  mutation: { type: 'create_model', name },
  workflowId: operationWorkflowId(project, operationId),
  runId: run,
  firstRunId: run,
})

async function opened(id: string, name?: string): Promise<string> {
  const operationId = `${project}-${id}`
  await catalog.openOperation(request(operationId, name))
  return operationId
}

async function planned(id: string, name?: string): Promise<string> {
  const operationId = await opened(id, name)
  await catalog.takeTurn({ operationId, runId: operationId })
  await catalog.planOperation({ operationId })
  return operationId
}

async function addTenant(id: string, server = 'a'): Promise<void> {
  const { target } = await openProvisioning(pool, {
    project,
    scope: id,
    server,
    namespace: `${project}_${id}`,
    actor: 'x',
  })
  const { revision } = await showProject(pool, project)
  await activateTenant(pool, { project, target, revision })
}

describe('accepting an operation', () => {
  test('is refused while the base is not there, and creating the project may be repeated until it is', async () => {
    const base = { server: 'a', namespace: `${project}_base` }
    await createProject(pool, { id: `${project}b`, base, actor: 'test' })
    await createProject(pool, { id: `${project}b`, base, actor: 'test' })
    const other = { ...base, namespace: 'elsewhere' }
    await expect(createProject(pool, { id: `${project}b`, base: other, actor: 'test' })).rejects.toMatchObject({
      code: 'ALREADY_EXISTS',
    })
    project = `${project}b`
    await expect(catalog.openOperation(request('early'))).rejects.toMatchObject({ code: 'NOT_APPLICABLE' })
  })

  test('the same id twice at the same moment is one row', async () => {
    const results = await Promise.all([
      catalog.openOperation(request('same-1')),
      catalog.openOperation(request('same-1')),
    ])
    expect(results.map((result) => result.attempt)).toEqual([1, 1])
    const { rows } = await pool.query("select count(*)::int as n from schema_saga.operation where id = 'same-1'")
    expect(rows).toEqual([{ n: 1 }])
  })

  test('the same id with another mutation is refused', async () => {
    await catalog.openOperation(request('same-2'))
    await expect(catalog.openOperation(request('same-2', 'tea'))).rejects.toMatchObject({
      code: 'IDEMPOTENCY_CONFLICT',
    })
  })

  test('another workflow id than the contract’s is refused', async () => {
    const other = { ...request('odd'), workflowId: 'my-own-id' }
    await expect(catalog.openOperation(other)).rejects.toMatchObject({ code: 'NOT_APPLICABLE' })
  })

  test('invalid input leaves no row', async () => {
    const bad = { ...request('bad'), mutation: { type: 'create_model', nam: 'food' } }
    await expect(catalog.openOperation(bad)).rejects.toMatchObject({ name: 'MutationRejected' })
    const { rowCount } = await pool.query("select 1 from schema_saga.operation where id = 'bad'")
    expect(rowCount).toBe(0)
  })

  test('a second run of an operation that is still going is refused', async () => {
    await catalog.openOperation(request('runs-1'))
    await expect(catalog.openOperation(request('runs-1', 'food', 'other'))).rejects.toMatchObject({
      code: 'IN_PROGRESS',
    })
  })
})

describe('the turn', () => {
  test('goes in order of submission, and whoever releases it names the next', async () => {
    const first = await opened('1')
    const second = await opened('2', 'tea')
    const third = await opened('3', 'cup')
    expect(await catalog.takeTurn({ operationId: second, runId: second })).toMatchObject({
      taken: false,
      waitsFor: { operationId: first },
    })
    expect((await catalog.takeTurn({ operationId: first, runId: first })).taken).toBe(true)
    expect((await catalog.takeTurn({ operationId: first, runId: first })).taken).toBe(true)
    expect((await catalog.readOperation({ operationId: third })).waits_for).toBe(first)
    expect(await catalog.releaseTurn({ operationId: first })).toEqual({ next: operationWorkflowId(project, second) })
    expect((await catalog.takeTurn({ operationId: third, runId: third })).taken).toBe(false)
    expect((await catalog.takeTurn({ operationId: second, runId: second })).taken).toBe(true)
  })

  test('is one per project: twenty that ask at once give it to one, and another project has its own', async () => {
    const ids = await Promise.all(Array.from({ length: 20 }, (_, index) => opened(`${index}`, `m${index}`)))
    const turns = await Promise.all(ids.map((operationId) => catalog.takeTurn({ operationId, runId: operationId })))
    expect(turns.filter((turn) => turn.taken)).toHaveLength(1)
    project = `${project}x`
    await createProject(pool, { id: project, base: null, actor: 'test' })
    const other = await opened('1')
    expect((await catalog.takeTurn({ operationId: other, runId: other })).taken).toBe(true)
  })
})

describe('persist', () => {
  test('moves the project once, however often its answer is lost', async () => {
    const operationId = await planned('1')
    expect(await catalog.persistSchema({ operationId, attempt: 1 })).toEqual({ persisted: true, behind: 0 })
    expect(await catalog.persistSchema({ operationId, attempt: 1 })).toEqual({ persisted: true, behind: 0 })
    expect((await showProject(pool, project)).revision).toBe(1)
  })

  test('that arrives after the compensation began is refused', async () => {
    const operationId = await planned('1')
    await catalog.beginCompensation({ operationId, error: 'e', errorCode: 'E' })
    await expect(catalog.persistSchema({ operationId, attempt: 1 })).rejects.toMatchObject({ code: 'PERSIST_CONFLICT' })
    expect((await showProject(pool, project)).revision).toBe(0)
  })

  test('of an attempt that is over is refused', async () => {
    const operationId = await planned('1')
    await expect(catalog.persistSchema({ operationId, attempt: 2 })).rejects.toMatchObject({ code: 'PERSIST_CONFLICT' })
  })

  test('is a compare-and-set: a project that moved is not overwritten', async () => {
    const operationId = await planned('1')
    await pool.query('update schema_saga.project set revision = 5 where id = $1', [project])
    await expect(catalog.persistSchema({ operationId, attempt: 1 })).rejects.toMatchObject({ code: 'PERSIST_CONFLICT' })
  })

  test('waits while an active tenant is behind, and lets nobody undo what is durable', async () => {
    await addTenant('t1')
    const operationId = await planned('1')
    await addTenant('t2')
    expect(await catalog.persistSchema({ operationId, attempt: 1 })).toEqual({ persisted: false, behind: 2 })
    for (const scope of ['t1', 't2']) {
      await catalog.startTarget({ operationId, key: 'tenant_ddl', scope })
      await catalog.recordStep({ operationId, key: 'tenant_ddl', scope, state: 'succeeded' })
    }
    expect(await catalog.persistSchema({ operationId, attempt: 1 })).toMatchObject({ persisted: true })
    await expect(catalog.beginCompensation({ operationId, error: 'e', errorCode: 'E' })).rejects.toMatchObject({
      code: 'PERSIST_CONFLICT',
    })
  })
})

describe('plans, steps and epochs', () => {
  test('an attempt is planned once, whatever happens to the project in between', async () => {
    const operationId = await opened('1')
    const first = await catalog.planOperation({ operationId })
    await pool.query('update schema_saga.project set revision = 9 where id = $1', [project])
    expect((await catalog.planOperation({ operationId })).hash).toBe(first.hash)
  })

  test('a target that was undone gets the next epoch, one that was not keeps its own', async () => {
    const operationId = await planned('1')
    const step = { operationId, key: 'tenant_ddl', scope: 't1' } as const
    expect(await catalog.startTarget(step)).toEqual({ epoch: 0 })
    expect(await catalog.startTarget(step)).toEqual({ epoch: 0 })
    await catalog.recordStep({ ...step, state: 'failed', error: 'no', errorCode: 'E' })
    await catalog.recordUndone({ ...step, touched: false })
    expect(await catalog.startTarget(step)).toEqual({ epoch: 1 })
  })

  test('an operation can not be closed as failed while a target is still changed', async () => {
    await addTenant('t1')
    const operationId = await planned('1')
    await catalog.startTarget({ operationId, key: 'tenant_ddl', scope: 't1' })
    await expect(catalog.closeOperation({ operationId, status: 'failed' })).rejects.toMatchObject({
      code: 'COMPENSATION_FAILED',
    })
    await catalog.recordUndone({ operationId, key: 'tenant_ddl', scope: 't1', touched: true })
    await catalog.closeOperation({ operationId, status: 'failed', error: 'no', errorCode: 'E' })
    expect(await catalog.readOperation({ operationId })).toMatchObject({ status: 'failed', error_code: 'E' })
  })
})

describe('cohorts', () => {
  test('page 1,005 tenants of three servers, each once, in bounded parts', async () => {
    await pool.query(
      `insert into schema_saga.tenant (project_id, id, server_id, namespace, incarnation, state, revision)
       select $1, 't' || n, (array['a', 'b', 'c'])[1 + n % 3], 'n' || n, 'i', 'active', 0 from generate_series(1, 1005) n`,
      [project],
    )
    const operationId = await planned('1')
    const seen: string[] = []
    let after: Awaited<ReturnType<CatalogActivities['listCohorts']>>['cohorts'][number] | null = null
    const names = new Set<string>()
    for (;;) {
      const { cohorts } = await catalog.listCohorts({ operationId, select: 'behind', after, limit: 2, cohortSize: 100 })
      if (cohorts.length === 0) break
      for (const cohort of cohorts) {
        names.add(cohort.name)
        const { targets } = await catalog.listCohortTargets({ operationId, select: 'behind', cohort })
        expect(targets.length).toBe(cohort.size)
        expect(targets.length).toBeLessThanOrEqual(100)
        expect(new Set(targets.map((target) => target.server))).toEqual(new Set([cohort.server]))
        seen.push(...targets.map((target) => target.scope))
      }
      after = cohorts.at(-1) ?? null
    }
    expect(seen).toHaveLength(1005)
    expect(new Set(seen).size).toBe(1005)
    expect(names.size).toBeGreaterThanOrEqual(12)
    expect(await catalog.countTenants({ operationId })).toMatchObject({ total: 1005, pending: 1005 })
  })

  test('list for the undo only tenants whose forward work may have started', async () => {
    for (const id of ['t1', 't2', 't3']) await addTenant(id)
    const operationId = await planned('1')
    await catalog.startTarget({ operationId, key: 'tenant_ddl', scope: 't2' })
    const started = { operationId, select: 'started', after: null, limit: 5, cohortSize: 250 } as const
    const { cohorts } = await catalog.listCohorts(started)
    expect(cohorts.map((cohort) => cohort.size)).toEqual([1])
    await catalog.recordUndone({ operationId, key: 'tenant_ddl', scope: 't2', touched: true })
    expect((await catalog.listCohorts(started)).cohorts).toEqual([])
  })
})

describe('the catalog away', () => {
  test('is one sentence without the connection string', async () => {
    const away = createCatalogPool('postgres://saga:geheim@127.0.0.1:1/catalog')
    await expect(showProject(away, 'p')).rejects.toMatchObject({
      code: 'CATALOG_UNREACHABLE',
      message: expect.not.stringContaining('geheim'),
    })
    await away.end()
  })

  test('or never initialised says what to run', async () => {
    const fresh = await freshDatabase()
    const empty = createCatalogPool(fresh.url)
    await expect(showProject(empty, 'p')).rejects.toMatchObject({ code: 'NOT_INITIALISED' })
    await empty.end()
    await fresh.drop()
  })
})
