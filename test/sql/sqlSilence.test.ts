import { MockActivityEnvironment } from '@temporalio/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createFleetActivities } from '../../src/activities/fleet/fleetActivities.ts'
import { makeTarget } from '../../src/activities/fleet/makeTarget.ts'
import { temporalRuns } from '../../src/activities/workflowClient.ts'
import { checkBaseline } from '../../src/client/fleet/provision.ts'
import { createProject } from '../../src/postgres/catalog/projects/createProject.ts'
import { requireProject } from '../../src/postgres/catalog/projects/projects.ts'
import { readLines } from '../../src/postgres/catalog/sql/sqlRevisions.ts'
import { showTenant } from '../../src/postgres/catalog/tenants/record.ts'
import { ACTIVITY_DEFAULTS } from '../fixtures/activityDefaults.ts'
import { importAll, openSqlFleet, type SqlFleet } from './sqlFleet.ts'

/** As pg_dump writes it, of a customer's namespace. */
const dumpOf = (namespace: string) => `CREATE SCHEMA ${namespace};
CREATE TABLE ${namespace}.customer (id integer NOT NULL, email text DEFAULT 'nobody'::text);
CREATE SEQUENCE ${namespace}.customer_id_seq AS integer OWNED BY ${namespace}.customer.id;
ALTER TABLE ONLY ${namespace}.customer ALTER COLUMN id SET DEFAULT nextval('${namespace}.customer_id_seq'::regclass);
ALTER TABLE ONLY ${namespace}.customer ADD CONSTRAINT customer_pkey PRIMARY KEY (id);
CREATE FUNCTION ${namespace}.known() RETURNS bigint LANGUAGE sql SET search_path TO '${namespace}', 'pg_temp'
  AS 'SELECT count(*) FROM customer';
CREATE VIEW ${namespace}.emails AS SELECT customer.email FROM ${namespace}.customer;
CREATE MATERIALIZED VIEW ${namespace}.mails AS SELECT customer.email FROM ${namespace}.customer WITH NO DATA;
ALTER DEFAULT PRIVILEGES IN SCHEMA ${namespace} GRANT SELECT ON TABLES TO PUBLIC;`

let fleet: SqlFleet
beforeAll(async () => {
  fleet = await openSqlFleet({ text: dumpOf('acme_corp') })
  for (const namespace of ['s_ada', 's_bob']) {
    await fleet.client.query(dumpOf(namespace))
    await fleet.client.query(`INSERT INTO ${namespace}.customer (email) VALUES ('geheim@example.org');
      REFRESH MATERIALIZED VIEW ${namespace}.mails`)
  }
  await fleet.client.query(`ALTER TABLE s_bob.customer ADD COLUMN phone text DEFAULT 'none'`)
})
afterAll(() => fleet.close())

const outputs = async (): Promise<readonly unknown[]> => {
  const { catalog, pools, project } = fleet
  const found = [await importAll(fleet, { like: 's\\_%', dryRun: true }), await importAll(fleet, { like: 's\\_%' })]
  await fleet.client.query('ALTER TABLE s_ada.customer ADD COLUMN fax text')
  const deps = { ...ACTIVITY_DEFAULTS, catalog, targetPools: pools, runs: temporalRuns }
  const drift = await new MockActivityEnvironment().run(createFleetActivities(deps).scanDrift, { project })
  const tenants = await Promise.all(['ada', 'bob'].map((id) => showTenant(catalog, project, id)))
  return [...found, drift, tenants, await readLines(catalog, project, 1)]
}

it('nothing that is printed names the namespace of a dump, or holds what is in rows', async () => {
  const [dry, real, drift, ...rest] = await outputs()
  expect(dry).toMatchObject({ counts: { matched: 1, parked: 1 } })
  expect(drift).toMatchObject({ checked: 2, matching: 1 })
  const printed = JSON.stringify([dry, real, drift, rest])
  expect(printed).toContain('column customer.phone is extra')
  expect(printed).not.toContain('acme_corp')
  expect(printed).not.toContain('geheim')
})

it('texts that name it where Postgres cannot see it are refused, and nothing is left of the base', async () => {
  const { catalog, pools } = fleet
  const text = `${dumpOf('acme_corp')}
    CREATE FUNCTION acme_corp.told(text) RETURNS text LANGUAGE sql AS 'SELECT $1';
    ALTER TABLE acme_corp.customer ALTER email SET DEFAULT acme_corp.told('acme_corp.customer');
    CREATE VIEW acme_corp.fine AS SELECT current_setting('acme_corp.user', true) AS who;`
  const baseline = await checkBaseline({ text, source: 'b.sql' })
  await createProject(catalog, { id: 'named', base: { server: 'alpha', namespace: 'named' }, baseline, actor: 'test' })
  const { base } = await requireProject(catalog, 'named')
  if (base === null) throw new Error('it has no base')
  await expect(makeTarget({ catalog, targetPools: pools }, { project: 'named', target: base })).rejects.toMatchObject({
    code: 'SQL_NAMES_NAMESPACE',
    message:
      'b.sql: texts of what it makes name the namespace "acme_corp", so that every tenant would use it: column customer.email.',
  })
  const { rowCount } = await fleet.client.query(`SELECT FROM pg_namespace WHERE nspname = 'named'`)
  expect(rowCount).toBe(0)
})

it('a statement of a baseline that rows forbid is told with its line, and without their values', async () => {
  const { catalog, pools } = fleet
  const text = `CREATE TABLE plan (name text PRIMARY KEY);\nINSERT INTO plan VALUES ('geheim'), ('geheim')`
  const baseline = await checkBaseline({ text, source: 'c.sql' })
  await createProject(catalog, { id: 'twice', base: { server: 'alpha', namespace: 'twice' }, baseline, actor: 'test' })
  const { base } = await requireProject(catalog, 'twice')
  if (base === null) throw new Error('it has no base')
  const made = makeTarget({ catalog, targetPools: pools }, { project: 'twice', target: base })
  const error = await made.then(String, (thrown: Error) => thrown.message)
  expect(error).toContain('c.sql, line 2')
  expect(error).not.toContain('geheim')
})
