/** A catalog of its own for a test file, with a fresh project for each test. */
import type pg from 'pg'
import { afterAll, beforeAll, beforeEach } from 'vitest'
import { createCatalogActivities } from '../../../src/activities/operation/catalogActivities.ts'
import type { Runs } from '../../../src/activities/workflowClient.ts'
import { type CatalogActivities, operationWorkflowId } from '../../../src/contract.ts'
import { createCatalogPool } from '../../../src/postgres/catalog/pool.ts'
import { createProject } from '../../../src/postgres/catalog/projects/createProject.ts'
import { showProject } from '../../../src/postgres/catalog/projects/projects.ts'
import { addServer } from '../../../src/postgres/catalog/projects/servers.ts'
import { activateTenant } from '../../../src/postgres/catalog/tenants/activation.ts'
import { openProvisioning } from '../../../src/postgres/catalog/tenants/provision.ts'
import { createTargetPools } from '../../../src/postgres/sessions/pools.ts'
import { ACTIVITY_DEFAULTS } from '../../fixtures/activityDefaults.ts'
import { type FreshDatabase, freshCatalog } from '../../fixtures/database.ts'

/** The catalog under test; `project` is the current test's. */
export class Ledger {
  pool!: pg.Pool
  catalog!: CatalogActivities
  database!: FreshDatabase
  project = ''
  private count = 0
  /** Runs that a test has ended, and those that were started again. */
  readonly closedRuns = new Set<string>()
  readonly startedAgain: string[] = []
  readonly runs: Runs = {
    isClosed: async (_workflow, run) => this.closedRuns.has(run),
    startAgain: async ({ operationId }) => {
      this.startedAgain.push(operationId)
    },
  }

  async start(): Promise<void> {
    this.database = await freshCatalog()
    this.pool = createCatalogPool(this.database.url)
    const server = () => Promise.reject(new Error('no target here'))
    const targetPools = createTargetPools({ server, dsn: () => undefined })
    this.catalog = createCatalogActivities({ ...ACTIVITY_DEFAULTS, catalog: this.pool, targetPools, runs: this.runs })
    for (const id of ['a', 'b', 'c']) await addServer(this.pool, { id, dsnEnv: 'URL', actor: 'test' })
  }

  async newProject(): Promise<string> {
    this.count += 1
    this.project = `p${this.count}`
    await createProject(this.pool, { id: this.project, base: null, actor: 'test' })
    return this.project
  }

  async stop(): Promise<void> {
    await this.pool?.end()
    await this.database?.drop()
  }

  /** The first activity's input, as the workflow of that run sends it. */
  request(operationId: string, name = 'food', run = operationId) {
    const { project } = this
    return {
      project,
      operationId,
      mutation: { type: 'create_model', name },
      workflowId: operationWorkflowId(project, operationId),
      runId: run,
      firstRunId: run,
    }
  }

  async opened(id: string, name?: string): Promise<string> {
    const operationId = `${this.project}-${id}`
    await this.catalog.openOperation(this.request(operationId, name))
    return operationId
  }

  async planned(id: string, name?: string): Promise<string> {
    const operationId = await this.opened(id, name)
    await this.catalog.takeTurn({ operationId, runId: operationId })
    await this.catalog.planOperation({ operationId })
    return operationId
  }

  /** An operation that moved every tenant, became durable and was closed. */
  async committed(id: string, name: string, tenants: readonly string[] = []): Promise<string> {
    const operationId = await this.planned(id, name)
    for (const scope of tenants) await this.succeed(operationId, scope)
    await this.catalog.persistSchema({ operationId, attempt: 1 })
    await this.catalog.closeOperation({ operationId, status: 'committed' })
    await this.catalog.releaseTurn({ operationId })
    return operationId
  }

  async succeed(operationId: string, scope: string): Promise<void> {
    await this.catalog.startTarget({ operationId, key: 'tenant_ddl', scope })
    await this.catalog.recordStep({ operationId, key: 'tenant_ddl', scope, state: 'succeeded' })
  }

  async addTenant(id: string, server = 'a'): Promise<void> {
    const { project, pool } = this
    const place = { project, scope: id, server, namespace: `${project}_${id}`, actor: 'x' }
    const { target } = await openProvisioning(pool, place)
    const { revision } = await showProject(pool, project)
    await activateTenant(pool, { project, target, revision })
  }

  async tenantRevision(id: string): Promise<number | undefined> {
    const { rows } = await this.pool.query<{ revision: number }>(
      'select revision from schema_saga.tenant where project_id = $1 and id = $2',
      [this.project, id],
    )
    return rows[0]?.revision
  }
}

/** Starts a catalog for the file and a project for each test. */
export function useLedger(): Ledger {
  const ledger = new Ledger()
  beforeAll(() => ledger.start())
  afterAll(() => ledger.stop())
  beforeEach(async () => {
    await ledger.newProject()
  })
  return ledger
}
