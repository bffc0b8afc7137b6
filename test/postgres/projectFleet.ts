/** A project with a base and tenants in real databases, and a real catalog, without Temporal: for looks at a fleet. */
import pg from 'pg'
import { createCatalogActivities } from '../../src/activities/operation/catalogActivities.ts'
import { temporalRuns } from '../../src/activities/workflowClient.ts'
import { operationWorkflowId, type Target } from '../../src/contract.ts'
import { provisionSql, schemaHashOf } from '../../src/physical/plan/planMutation.ts'
import { projectSchema } from '../../src/physical/project.ts'
import { loadPlan } from '../../src/postgres/catalog/operations/plans.ts'
import { createCatalogPool } from '../../src/postgres/catalog/pool.ts'
import { createProject } from '../../src/postgres/catalog/projects/createProject.ts'
import { catalogIdOf } from '../../src/postgres/catalog/projects/identity.ts'
import { requireProject } from '../../src/postgres/catalog/projects/projects.ts'
import { addServer, requireServer } from '../../src/postgres/catalog/projects/servers.ts'
import { activateBase, activateTenant } from '../../src/postgres/catalog/tenants/activation.ts'
import { openProvisioning } from '../../src/postgres/catalog/tenants/provision.ts'
import { createTargetPools, type TargetPools } from '../../src/postgres/sessions/pools.ts'
import { applyPlanToTarget } from '../../src/postgres/target/execute.ts'
import { provisionTarget } from '../../src/postgres/target/provisionTarget.ts'
import { ACTIVITY_DEFAULTS } from '../fixtures/activityDefaults.ts'
import { freshCatalog, freshDatabase } from '../fixtures/database.ts'

export interface ProjectFleet {
  readonly project: string
  readonly catalog: pg.Pool
  readonly pools: TargetPools
  /** A session on the database of server alpha. */
  readonly alpha: pg.Client
  readonly beta: pg.Client
  readonly targets: ReadonlyMap<string, Target>
  readonly addTenant: (id: string, server?: string) => Promise<Target>
  /** Runs a mutation on the base and the given tenants (all unless told otherwise) and makes it durable. */
  readonly commit: (mutation: unknown, tenants?: readonly string[]) => Promise<string>
  /** An operation that holds the turn and is planned. */
  readonly begin: (mutation: unknown) => Promise<string>
  readonly close: () => Promise<void>
}

/** A project `shop` with its base on alpha. */
export async function openProjectFleet(): Promise<ProjectFleet> {
  const databases = [await freshCatalog(), await freshDatabase(), await freshDatabase()] as const
  const catalog = createCatalogPool(databases[0].url)
  const urls: Record<string, string> = {
    ALPHA: databases[1].url,
    BETA: databases[2].url,
    GAMMA: 'postgres://saga:geheim@127.0.0.1:1/x',
  }
  const pools = createTargetPools({
    server: (id) => requireServer(catalog, id),
    dsn: (name) => urls[name],
    catalogId: () => catalogIdOf(catalog),
  })
  const clients = [new pg.Client(databases[1].url), new pg.Client(databases[2].url)] as const
  await Promise.all(clients.map((client) => client.connect()))
  for (const id of ['alpha', 'beta', 'gamma']) await addServer(catalog, { id, dsnEnv: id.toUpperCase(), actor: 'test' })
  const project = 'shop'
  const targets = new Map<string, Target>()
  const ledger = createCatalogActivities({ ...ACTIVITY_DEFAULTS, catalog, targetPools: pools, runs: temporalRuns })

  const provision = async (scope: string, server: string): Promise<Target> => {
    const namespace = scope === '' ? 'shop_base' : `shop_${scope}`
    const { target } = await openProvisioning(catalog, { project, scope, server, namespace, actor: 'test' })
    const { schema, revision } = await requireProject(catalog, project)
    const schemaHash = schemaHashOf(revision, schema)
    const statements = provisionSql(projectSchema(schema))
    if (server !== 'gamma')
      await provisionTarget(pools, { target, projectId: project, revision, schemaHash, statements })
    if (scope === '') await activateBase(catalog, project)
    else await activateTenant(catalog, { project, target, revision })
    targets.set(scope, target)
    return target
  }
  let operations = 0
  const begin = async (mutation: unknown): Promise<string> => {
    operations += 1
    const operationId = `op-${operations}`
    const run = { workflowId: operationWorkflowId(project, operationId), runId: operationId, firstRunId: operationId }
    await ledger.openOperation({ project, operationId, mutation, ...run })
    await ledger.takeTurn({ operationId, runId: operationId })
    await ledger.planOperation({ operationId })
    return operationId
  }
  const commit = async (mutation: unknown, tenants?: readonly string[]): Promise<string> => {
    const operationId = await begin(mutation)
    const { rows } = await catalog.query('select plan_hash as hash from schema_saga.operation where id = $1', [
      operationId,
    ])
    const { plan } = await loadPlan(catalog, operationId, rows[0].hash)
    for (const [scope, target] of targets) {
      if (scope !== '' && tenants !== undefined && !tenants.includes(scope)) continue
      const key = scope === '' ? 'base_project_ddl' : 'tenant_ddl'
      const { epoch } = await ledger.startTarget({ operationId, key, scope })
      await applyPlanToTarget(pools, { target, projectId: project, operationId, epoch, plan })
      await ledger.recordStep({ operationId, key, scope, state: 'succeeded' })
    }
    await ledger.persistSchema({ operationId, attempt: 1 })
    await ledger.closeOperation({ operationId, status: 'committed' })
    await ledger.releaseTurn({ operationId })
    return operationId
  }
  await createProject(catalog, { id: project, base: { server: 'alpha', namespace: 'shop_base' }, actor: 'test' })
  await provision('', 'alpha')
  return {
    project,
    catalog,
    pools,
    targets,
    commit,
    begin,
    alpha: clients[0],
    beta: clients[1],
    addTenant: (id, server = 'alpha') => provision(id, server),
    close: async () => {
      await Promise.all(clients.map((client) => client.end()))
      await pools.close()
      await catalog.end()
      await Promise.all(databases.map((database) => database.drop()))
    },
  }
}
