/** A project of schema-saga with many tenants, registered in bulk. */
import pMap from 'p-map'
import type pg from 'pg'
import { createCatalogPool } from '../src/postgres/catalog/pool.ts'
import { requireProject } from '../src/postgres/catalog/projects/projects.ts'
import { requireServer } from '../src/postgres/catalog/projects/servers.ts'
import { activateTenant } from '../src/postgres/catalog/tenants/activation.ts'
import { openProvisioning } from '../src/postgres/catalog/tenants/provision.ts'
import { createTargetPools, type TargetPools } from '../src/postgres/sessions/pools.ts'
import { provisionTarget } from '../src/postgres/target/provisionTarget.ts'
import { namespaceOf, settleDown, setupUrl } from './databases.ts'
import { namespaceSql, SCHEMA_MUTATIONS } from './schema.ts'
import { type BenchStack, TARGETS_VARIABLE } from './stack.ts'

/** What to make; a worker for this database must be running. */
export interface SagaFleetRequest {
  readonly project: string
  readonly targetsUrl: string
  readonly tenants: number
}

/** Sessions of the server's budget, as many as the floor has. */
export const SESSIONS = 8
const ACTOR = 'bench'

/**
 * Creates the project with its base and schema by operations, and then its tenants by the functions that the worker's
 * activities call, without a workflow for each: 10,000 workflows would take minutes and are not what is measured.
 */
export async function createSagaFleet(stack: BenchStack, request: SagaFleetRequest): Promise<void> {
  const { client } = stack
  const { project, targetsUrl } = request
  const server = project
  await client.addServer({ id: server, dsnEnv: TARGETS_VARIABLE, maxSessions: SESSIONS, actor: ACTOR })
  await client.createProject({ id: project, base: { server, namespace: `${project}_base` }, actor: ACTOR })
  for (const mutation of SCHEMA_MUTATIONS) await client.run(project, mutation, { actor: ACTOR })
  const catalog = createCatalogPool(setupUrl(stack.catalogUrl))
  const pools = createTargetPools({ server: (id) => requireServer(catalog, id), dsn: () => setupUrl(targetsUrl) })
  try {
    await addTenants(catalog, pools, request)
  } finally {
    await pools.close()
    await catalog.end()
  }
  await settleDown(targetsUrl)
}

async function addTenants(catalog: pg.Pool, pools: TargetPools, { project, tenants }: SagaFleetRequest): Promise<void> {
  const { revision, schemaHash } = await requireProject(catalog, project)
  const statements = namespaceSql()
  const add = async (index: number): Promise<void> => {
    const namespace = namespaceOf(index)
    const place = { project, scope: namespace, server: project, namespace, actor: ACTOR }
    const { target } = await openProvisioning(catalog, place)
    await provisionTarget(pools, { target, projectId: project, revision, schemaHash, statements })
    await activateTenant(catalog, { project, target, revision })
  }
  await pMap(Array.from({ length: tenants }).keys(), add, { concurrency: SESSIONS })
}
