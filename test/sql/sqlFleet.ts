/** A project that is described by SQL, with its base made, and namespaces that others have made. */
import type pg from 'pg'
import { makeTarget } from '../../src/activities/fleet/makeTarget.ts'
import { createCatalogPool } from '../../src/postgres/catalog/pool.ts'
import { createProject, requireProject } from '../../src/postgres/catalog/projects/projects.ts'
import { addServer } from '../../src/postgres/catalog/projects/servers.ts'
import { activateBase } from '../../src/postgres/catalog/tenants/provision.ts'
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

/** A project `shop` at revision 1, with its base on alpha. */
export async function openSqlFleet(): Promise<SqlFleet> {
  const [fleet, database] = await Promise.all([openFleet(), freshCatalog()])
  const catalog = createCatalogPool(database.url)
  const project = 'shop'
  await addServer(catalog, { id: 'alpha', dsnEnv: 'TEST_DSN', actor: 'test' })
  const baseline = { text: TEXT, source: 'a.sql', namespace: null, rewriteBodies: false }
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
