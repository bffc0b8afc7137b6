/** A project with its base and tenants in a real catalog and on a real server: what the stories of workflows happen to. */
import type { TestWorkflowEnvironment } from '@temporalio/testing'
import type pg from 'pg'
import { type CreatedActivities, createActivities, type Hooks } from '../../src/activities/index.ts'
import { BASE_SCOPE } from '../../src/contract.ts'
import { provisionSql, schemaHashOf } from '../../src/physical/plan/planMutation.ts'
import { projectSchema } from '../../src/physical/project.ts'
import { createCatalogPool } from '../../src/postgres/catalog/pool.ts'
import { createProject } from '../../src/postgres/catalog/projects/createProject.ts'
import { requireProject } from '../../src/postgres/catalog/projects/projects.ts'
import { addServer, requireServer } from '../../src/postgres/catalog/projects/servers.ts'
import { activateBase, activateTenant } from '../../src/postgres/catalog/tenants/activation.ts'
import { openProvisioning } from '../../src/postgres/catalog/tenants/provision.ts'
import { createTargetPools, type TargetPools } from '../../src/postgres/sessions/pools.ts'
import { provisionTarget } from '../../src/postgres/target/provisionTarget.ts'
import { type FreshDatabase, freshCatalog, freshDatabase } from '../fixtures/database.ts'
import { field, model, schemaOf } from '../logical/build.ts'

export const SERVER = 'alpha'
const actor = 'test'
const DSN = 'ALPHA_URL'

/** The databases of one test file. */
export interface FleetDatabases {
  readonly catalog: pg.Pool
  readonly pools: TargetPools
  /** The real activities, on the clock of the time-skipping server. */
  readonly activities: (environment: TestWorkflowEnvironment, hooks: Hooks) => CreatedActivities
  readonly close: () => Promise<void>
}

/** A catalog with one server. */
export async function openFleetDatabases(): Promise<FleetDatabases> {
  const databases: readonly FreshDatabase[] = [await freshCatalog(), await freshDatabase()]
  const [catalogUrl = '', targetUrl = ''] = databases.map(({ url }) => url)
  const catalog = createCatalogPool(catalogUrl)
  const dsn = (): string => targetUrl
  const pools = createTargetPools({ server: (id) => requireServer(catalog, id), dsn })
  await addServer(catalog, { id: SERVER, dsnEnv: DSN, actor })
  await catalog.query(CACHE_THAT_REFUSES)
  return {
    catalog,
    pools,
    activities: (environment, hooks) =>
      createActivities({ catalog, dsn, hooks, now: () => environment.currentTimeMs() }),
    close: async () => {
      await pools.close()
      await catalog.end()
      await Promise.all(databases.map((database) => database.drop()))
    },
  }
}

/** The cache of the projects in this table cannot be written. */
const CACHE_THAT_REFUSES = `
  create table public.cache_refused (project_id text primary key);
  create function public.refuse_cache() returns trigger language plpgsql as $$ begin
    if exists (select from public.cache_refused r where r.project_id = new.project_id) then
      raise exception 'the cache is unavailable';
    end if;
    return new;
  end $$;
  create trigger refuse_cache before insert or update on schema_saga.cache_document
    for each row execute function public.refuse_cache();`

/** A model with two fields. */
const FOOD = schemaOf(model('food'), field('Name'), field('Size'))
const REVISION = 3

/** Which project to make. */
export interface FleetRequest {
  readonly project: string
  readonly base: boolean
  readonly tenants: readonly string[]
}

/** Makes a project with the model `food` and its targets; no workflow takes part. */
export async function makeFleet(databases: FleetDatabases, { project, base, tenants }: FleetRequest): Promise<void> {
  const { catalog } = databases
  const place = base ? { server: SERVER, namespace: `${project}_base` } : null
  await createProject(catalog, { id: project, base: place, actor })
  const at = [project, REVISION, FOOD, schemaHashOf(REVISION, FOOD)]
  await catalog.query(
    `insert into schema_saga.schema_revision (project_id, revision, schema, schema_hash) values ($1, $2, $3, $4)`,
    at,
  )
  await catalog.query(`update schema_saga.project set revision = $2, schema = $3, schema_hash = $4 where id = $1`, at)
  await Promise.all([...(base ? [BASE_SCOPE] : []), ...tenants].map((scope) => addTarget(databases, project, scope)))
}

/** Makes and activates one more target at the project's revision. */
export async function addTarget({ catalog, pools }: FleetDatabases, project: string, scope: string): Promise<void> {
  const namespace = namespaceOf(project, scope)
  const { target } = await openProvisioning(catalog, { project, scope, server: SERVER, namespace, actor })
  const { schema, revision } = await requireProject(catalog, project)
  const at = { revision, schemaHash: schemaHashOf(revision, schema) }
  await provisionTarget(pools, { target, projectId: project, ...at, statements: provisionSql(projectSchema(schema)) })
  if (scope === BASE_SCOPE) await activateBase(catalog, project)
  else await activateTenant(catalog, { project, target, revision })
}

/** Where a target's tables are. */
export function namespaceOf(project: string, scope: string): string {
  return `${project}_${scope === BASE_SCOPE ? 'base' : scope}`
}
