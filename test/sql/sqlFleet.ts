/** A project that is described by SQL, with its base made, and namespaces that others have made. */
import { MockActivityEnvironment } from '@temporalio/testing'
import type pg from 'pg'
import { abandonTarget } from '../../src/activities/fleet/abandonTarget.ts'
import { makeTarget } from '../../src/activities/fleet/makeTarget.ts'
import { createImportActivities } from '../../src/activities/import/importActivities.ts'
import { temporalRuns } from '../../src/activities/workflowClient.ts'
import { checkBaseline } from '../../src/client/fleet/provision.ts'
import type { ImportInput } from '../../src/contract.ts'
import { createCatalogPool } from '../../src/postgres/catalog/pool.ts'
import { createProject } from '../../src/postgres/catalog/projects/createProject.ts'
import { requireProject } from '../../src/postgres/catalog/projects/projects.ts'
import { addServer } from '../../src/postgres/catalog/projects/servers.ts'
import { keepText } from '../../src/postgres/catalog/sql/sqlTexts.ts'
import { activateBase, activateTenant } from '../../src/postgres/catalog/tenants/activation.ts'
import { openProvisioning } from '../../src/postgres/catalog/tenants/provision.ts'
import { readRecord, WHOLE } from '../../src/postgres/record/readRecord.ts'
import type { ProvisionedTarget } from '../../src/postgres/target/provisionTarget.ts'
import { chainWith, sqlSchemaHash } from '../../src/sql/chain.ts'
import { ACTIVITY_DEFAULTS } from '../fixtures/activityDefaults.ts'
import { freshCatalog } from '../fixtures/database.ts'
import { openFleet, type TestFleet } from '../postgres/fleet.ts'

export const TEXT = `CREATE TABLE invoice (id bigserial PRIMARY KEY, total numeric NOT NULL DEFAULT 0);
CREATE VIEW large AS SELECT id FROM invoice WHERE total > 100;
CREATE FUNCTION fee(amount numeric) RETURNS numeric LANGUAGE sql AS $$ SELECT amount / 10 $$`

export interface SqlFleet extends TestFleet {
  readonly catalog: pg.Pool
  readonly catalogUrl: string
  readonly project: string
  /** Makes a namespace of that text by hand, as another tool would have. */
  readonly byHand: (namespace: string, text?: string) => Promise<void>
  /** Brings the base to one more revision, as an operation would. */
  readonly addRevision: (up: string) => Promise<void>
}

/** A project `shop` at revision 1, with its base on alpha; `before` makes what its text needs. */
export async function openSqlFleet({
  text: given = TEXT,
  before,
  on = openFleet,
  seed = [],
}: {
  text?: string
  seed?: readonly string[]
  before?: (client: TestFleet['client']) => Promise<void>
  on?: () => Promise<TestFleet>
} = {}): Promise<SqlFleet> {
  const [fleet, database] = await Promise.all([on(), freshCatalog()])
  const catalog = createCatalogPool(database.url)
  const project = 'shop'
  await addServer(catalog, { id: 'alpha', dsnEnv: 'TEST_DSN', actor: 'test' })
  await before?.(fleet.client)
  await makeProject({ catalog, pools: fleet.pools }, project, given, undefined, seed)
  return {
    ...fleet,
    catalog,
    catalogUrl: database.url,
    project,
    byHand: async (namespace, text = TEXT) => {
      const path = `CREATE SCHEMA "${namespace}"; SET search_path = "${namespace}"`
      await fleet.client.query(`${path}; ${text}; RESET search_path`)
    },
    addRevision: (up) => addRevision(fleet, catalog, up),
    close: async () => {
      await catalog.end()
      await Promise.all([fleet.close(), database.drop()])
    },
  }
}

/** A project of that text, with its base on alpha. */
export async function makeProject(
  { catalog, pools: targetPools }: Pick<SqlFleet, 'catalog' | 'pools'>,
  project: string,
  text: string,
  [server, namespace]: readonly [server: string, namespace: string] = ['alpha', `${project}_base`],
  seed: readonly string[] = [],
): Promise<void> {
  const baseline = await checkBaseline({ text, source: 'a.sql' })
  const place = { server, namespace }
  await createProject(catalog, { id: project, base: place, baseline, seed, actor: 'test' })
  const { base } = await requireProject(catalog, project)
  if (base === null) throw new Error('it has no base')
  await makeTarget({ catalog, targetPools }, { project, target: base })
  await activateBase(catalog, project)
}

/** Adds a tenant as `tenant add` does, without a workflow around it. */
export async function addTenant(
  { catalog, pools: targetPools }: Pick<SqlFleet, 'catalog' | 'pools'>,
  project: string,
  namespace: string,
  server = 'alpha',
): Promise<ProvisionedTarget> {
  const place = { project, scope: namespace.toLowerCase().replace(/[^a-z0-9]/g, ''), server, namespace }
  const { target } = await openProvisioning(catalog, { ...place, actor: 'test' })
  try {
    const made = await makeTarget({ catalog, targetPools }, { project, target })
    await activateTenant(catalog, { project, target, revision: made.revision })
    return made
  } catch (error) {
    const given = { project, target, actor: 'test', error: 'it could not be made' }
    await abandonTarget({ catalog, targetPools }, given)
    throw error
  }
}

async function addRevision({ client }: TestFleet, catalog: pg.Pool, up: string): Promise<void> {
  await client.query(`SET search_path = shop_base; ${up}; RESET search_path`)
  const record = await readRecord(client, 'shop_base', WHOLE)
  const { rows } = await catalog.query<{ revision: number; chain: string }>(
    `select revision, chain from schema_saga.sql_revision where project_id = 'shop' order by revision desc limit 1`,
  )
  const { revision: before = 0, chain: previous = null } = rows[0] ?? {}
  const revision = before + 1
  const name = `00${revision}`
  const chain = chainWith(previous, { name, up, down: null })
  const hash = sqlSchemaHash(revision, chain)
  await catalog.query(
    `insert into schema_saga.schema_revision (project_id, revision, schema, schema_hash) values ('shop', $1, '{"models": []}', $2)`,
    [revision, hash],
  )
  const values = [revision, name, chain, await keepText(catalog, up), JSON.stringify(record)]
  await catalog.query(
    `insert into schema_saga.sql_revision (project_id, revision, name, chain, up, record) values ('shop', $1, $2, $3, $4, $5)`,
    values,
  )
  await catalog.query(`update schema_saga.project set revision = $1, schema_hash = $2 where id = 'shop'`, [
    revision,
    hash,
  ])
  await client.query(
    `UPDATE schema_saga_target.target SET revision = $1, schema_hash = $2 WHERE namespace = 'shop_base'`,
    [revision, hash],
  )
}

type Result = Awaited<ReturnType<ReturnType<typeof createImportActivities>['importNamespaces']>>

/** Imports as `tenant import` does, without a workflow around it. */
export async function importAll(
  { catalog, pools, project }: SqlFleet,
  input: Partial<ImportInput> & Pick<ImportInput, 'like'>,
): Promise<Result> {
  const deps = { ...ACTIVITY_DEFAULTS, catalog, targetPools: pools, runs: temporalRuns }
  const { importNamespaces } = createImportActivities(deps)
  const given = { project, server: 'alpha', actor: 'test', ...input }
  return (await new MockActivityEnvironment().run(importNamespaces, given)) as Result
}
