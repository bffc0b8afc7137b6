/** A project that is described by SQL, with its base made, and namespaces that others have made. */
import { MockActivityEnvironment } from '@temporalio/testing'
import type pg from 'pg'
import { makeTarget } from '../../src/activities/fleet/makeTarget.ts'
import { createImportActivities } from '../../src/activities/import/importActivities.ts'
import { temporalRuns } from '../../src/activities/workflowClient.ts'
import type { ImportInput } from '../../src/contract.ts'
import { createCatalogPool } from '../../src/postgres/catalog/pool.ts'
import { createProject, requireProject } from '../../src/postgres/catalog/projects/projects.ts'
import { addServer } from '../../src/postgres/catalog/projects/servers.ts'
import { activateBase } from '../../src/postgres/catalog/tenants/provision.ts'
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
}

/** A project `shop` at revision 1, with its base on alpha; `before` makes what its text needs. */
export async function openSqlFleet({
  text: given = TEXT,
  before,
}: {
  text?: string
  before?: (client: TestFleet['client']) => Promise<void>
} = {}): Promise<SqlFleet> {
  const [fleet, database] = await Promise.all([openFleet(), freshCatalog()])
  const catalog = createCatalogPool(database.url)
  const project = 'shop'
  await addServer(catalog, { id: 'alpha', dsnEnv: 'TEST_DSN', actor: 'test' })
  await before?.(fleet.client)
  const baseline = { text: given, source: 'a.sql', namespace: null, rewriteBodies: false }
  const place = { server: 'alpha', namespace: 'shop_base' }
  await createProject(catalog, { id: project, base: place, baseline, actor: 'test' })
  const { base } = await requireProject(catalog, project)
  if (base === null) throw new Error('it has no base')
  await makeTarget({ catalog, targetPools: fleet.pools }, { project, target: base })
  await activateBase(catalog, project)
  return {
    ...fleet,
    catalog,
    catalogUrl: database.url,
    project,
    byHand: async (namespace, text = TEXT) => {
      const path = `CREATE SCHEMA "${namespace}"; SET search_path = "${namespace}"`
      await fleet.client.query(`${path}; ${text}; RESET search_path`)
    },
    close: async () => {
      await catalog.end()
      await Promise.all([fleet.close(), database.drop()])
    },
  }
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
