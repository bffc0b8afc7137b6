/** Many projects that are alike, each with a base and tenants of its own, without a workflow for each. */
import pMap from 'p-map'
import type pg from 'pg'
import { BASE_SCOPE, type Target } from '../../src/contract.ts'
import { provisionSql } from '../../src/physical/plan/planMutation.ts'
import { projectSchema } from '../../src/physical/project.ts'
import { createCatalogPool } from '../../src/postgres/catalog/pool.ts'
import { createProject } from '../../src/postgres/catalog/projects/createProject.ts'
import { requireProject } from '../../src/postgres/catalog/projects/projects.ts'
import { activateBase, activateTenant } from '../../src/postgres/catalog/tenants/activation.ts'
import { openProvisioning } from '../../src/postgres/catalog/tenants/provision.ts'
import { createTargetPools, type TargetPools } from '../../src/postgres/sessions/pools.ts'
import { provisionTarget } from '../../src/postgres/target/provisionTarget.ts'
import { type Databases, placesOf, type Spread } from './fleet.ts'

const AT_ONCE = 6
const actor = 'a test'

/** What to copy. */
export interface Original {
  readonly stack: Databases
  readonly project: string
  readonly tenants: readonly string[]
  readonly spread?: Spread
  /** Statements for each target, with `:ns` for its namespace. */
  readonly rows?: string
}

/** Makes each of `copies` a project at the revision of the original; the rows are put in as well. */
export async function copyProject(original: Original, copies: readonly string[]): Promise<void> {
  const { stack } = original
  const catalog = createCatalogPool(stack.env.SCHEMA_SAGA_CATALOG_URL ?? '')
  const pools = createTargetPools({
    server: (id) => ({ id, dsnEnv: `${id.toUpperCase()}_URL`, maxSessions: AT_ONCE, databasePerTenant: false }),
    dsn: (variable) => stack.env[variable],
  })
  try {
    await pMap(copies, (copy) => copyOnce(original, copy, catalog, pools), { concurrency: AT_ONCE })
  } finally {
    await pools.close()
    await catalog.end()
  }
}

async function copyOnce(original: Original, copy: string, catalog: pg.Pool, pools: TargetPools): Promise<void> {
  const { stack, project, tenants, spread, rows = '' } = original
  const [base, ...others] = placesOf(stack, copy, tenants, spread)
  const { server, namespace } = base
  await createProject(catalog, { id: copy, base: { server, namespace }, actor })
  await catalog.query(
    `insert into schema_saga.schema_revision (project_id, revision, schema, schema_hash)
     select $2, revision, schema, schema_hash from schema_saga.schema_revision where project_id = $1
     on conflict do nothing`,
    [project, copy],
  )
  await catalog.query(
    `update schema_saga.project c set revision = o.revision, schema = o.schema, schema_hash = o.schema_hash
       from schema_saga.project o where o.id = $1 and c.id = $2`,
    [project, copy],
  )
  const { schema, revision, schemaHash } = await requireProject(catalog, copy)
  const statements = provisionSql(projectSchema(schema))
  for (const place of [{ ...base, name: BASE_SCOPE }, ...others]) {
    const { name: scope, server, namespace } = place
    const { target } = await openProvisioning(catalog, { project: copy, scope, server, namespace, actor })
    await provisionTarget(pools, { target, projectId: copy, revision, schemaHash, statements })
    await activate(catalog, copy, target, revision)
    if (rows !== '') await place.client.query(rows.replaceAll(':ns', `"${namespace}"`))
  }
}

async function activate(catalog: pg.Pool, project: string, target: Target, revision: number): Promise<void> {
  if (target.scope === BASE_SCOPE) await activateBase(catalog, project)
  else await activateTenant(catalog, { project, target, revision })
}
