/** A world without weather and without Temporal: a project in real databases, whose operations the test runs itself. */
import type { Client } from '@temporalio/client'
import pg from 'pg'
import { driftDocument, healthDocument } from '../../../src/activities/fleet/fleetDocuments.ts'
import { createCatalogActivities } from '../../../src/activities/operation/catalogActivities.ts'
import { temporalRuns } from '../../../src/activities/workflowClient.ts'
import type { SchemaSagaClient } from '../../../src/client.ts'
import { loadPlan } from '../../../src/postgres/catalog/operations/plans.ts'
import { scanDrift } from '../../../src/postgres/drift/drift.ts'
import { scanHealth } from '../../../src/postgres/drift/health.ts'
import { applyPlanToTarget, compensatePlanOnTarget } from '../../../src/postgres/target/execute.ts'
import { settleTarget } from '../../../src/postgres/target/settleTarget.ts'
import { ACTIVITY_DEFAULTS } from '../../fixtures/activityDefaults.ts'
import { databaseUrl, onServer } from '../../fixtures/database.ts'
import { openProjectFleet, type ProjectFleet } from '../../postgres/projectFleet.ts'
import type { World, WorldServer } from '../types.ts'
import { createBursts } from './bursts.ts'

/** The world, its fleet, and what a test does with both. */
export interface FleetWorld {
  readonly world: World
  readonly fleet: ProjectFleet
  /** Runs a mutation on all targets, and makes it durable or undoes it. */
  readonly run: (mutation: unknown, how?: 'commit' | 'undo') => Promise<string>
  /** A session on alpha of that name; the caller ends it. */
  readonly connectAlpha: (name: string) => Promise<pg.Client>
  readonly close: () => Promise<void>
}

/** A role that may read and write the rows of all tables. */
const ROLE = 'simulated_application'

/** The project `shop` with these tenants on both servers in turn. */
export async function openFleetWorld(tenants: readonly string[]): Promise<FleetWorld> {
  const fleet = await openProjectFleet()
  await onServer(
    `do $$ begin create role ${ROLE} login password 'x'; exception when duplicate_object then null; end $$`,
  )
  const servers = new Map<string, WorldServer>()
  for (const [id, client] of [
    ['alpha', fleet.alpha],
    ['beta', fleet.beta],
  ] as const) {
    servers.set(id, await serverOf(id, client))
  }
  for (const [index, id] of tenants.entries()) {
    await fleet.addTenant(id, index % 2 === 0 ? 'alpha' : 'beta')
    for (const client of [fleet.alpha, fleet.beta]) await grant(client)
  }
  const world: World = {
    plan: { servers: [], projects: [], cachedWorkflows: 0, cohortSize: 1_000 },
    catalogUrl: '',
    catalog: fleet.catalog,
    temporal: {} as Client,
    client: lookingClient(fleet),
    taskQueue: 'fleet',
    prefix: 'fleet',
    servers,
    clock: { now: Date.now, pass: async () => true, age: async () => {} },
    places: async () =>
      (
        await fleet.catalog.query(
          `select project_id as project, scope as tenant, server_id as server, namespace from schema_saga.place`,
        )
      ).rows,
    ...{ replaced: new Set(), byHand: new Set() },
    log: () => {},
    bursts: createBursts(),
    stop: () => fleet.close(),
  }
  const connectAlpha = async (name: string): Promise<pg.Client> => {
    const client = new pg.Client({ connectionString: databaseUrl(fleet.alpha.database ?? ''), application_name: name })
    await client.connect()
    return client
  }
  return {
    world,
    fleet,
    connectAlpha,
    run: (mutation, how) => run(fleet, mutation, how ?? 'commit'),
    close: fleet.close,
  }
}

async function run(fleet: ProjectFleet, mutation: unknown, how: 'commit' | 'undo'): Promise<string> {
  const { catalog, project, pools, targets } = fleet
  const ledger = createCatalogActivities({ ...ACTIVITY_DEFAULTS, catalog, targetPools: pools, runs: temporalRuns })
  const operationId = await fleet.begin(mutation)
  const { rows } = await catalog.query('select plan_hash as hash from schema_saga.operation where id = $1', [
    operationId,
  ])
  const { plan } = await loadPlan(catalog, operationId, rows[0].hash)
  const works = [...targets].map(([scope, target]) => ({
    step: { operationId, key: scope === '' ? 'base_project_ddl' : 'tenant_ddl', scope } as const,
    on: { target, projectId: project, operationId, epoch: 0, plan },
  }))
  for (const { step, on } of works) {
    await ledger.startTarget(step)
    await applyPlanToTarget(pools, on)
    await ledger.recordStep({ ...step, state: 'succeeded' })
  }
  if (how === 'commit') {
    await ledger.persistSchema({ operationId, attempt: 1 })
    for (const { on } of works) await settleTarget(pools, on)
  } else {
    await ledger.beginCompensation({ operationId, error: 'told to', errorCode: 'ABORTED' })
    for (const { step, on } of works) {
      await compensatePlanOnTarget(pools, on)
      await ledger.recordUndone({ ...step, touched: true })
    }
  }
  await ledger.closeOperation({ operationId, status: how === 'commit' ? 'committed' : 'failed' })
  await ledger.releaseTurn({ operationId })
  return operationId
}

/** Looks at the fleet without a workflow. */
function lookingClient({ catalog, pools }: ProjectFleet): SchemaSagaClient {
  const client: Pick<SchemaSagaClient, 'drift' | 'health'> = {
    drift: async (project) => driftDocument(await scanDrift({ catalog, pools, project })),
    health: async (project) => healthDocument(await scanHealth({ catalog, pools, project })),
  }
  return client as SchemaSagaClient
}

async function serverOf(id: string, client: pg.Client): Promise<WorldServer> {
  const url = databaseUrl(client.database ?? '')
  const application = new URL(url)
  application.username = ROLE
  application.password = 'x'
  return {
    id,
    databasePerTenant: false,
    role: 'superuser',
    ddlRole: 'postgres',
    urls: () => ({ superuser: url, ddl: url, application: application.href }),
    tablesIn: (namespace) => namespace,
  }
}

/** Tables that come later are readable as well. */
async function grant(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `select nspname as name from pg_namespace where nspname ~ '^shop_'`,
  )
  for (const { name } of rows) {
    await client.query(`grant usage on schema ${name} to ${ROLE};
      grant select, insert, update, delete on all tables in schema ${name} to ${ROLE};
      alter default privileges in schema ${name} grant select, insert, update, delete on tables to ${ROLE}`)
  }
}
