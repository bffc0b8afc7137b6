/** A project that is described by SQL, with a base and tenants that others have made, a worker and Temporal's clock. */
import pg from 'pg'
import { inject } from 'vitest'
import type { OperationDocument, OperationOptions } from '../../../src/contract.ts'
import { createTestFleet, type TestFleet } from '../../../src/testing.ts'
import { installTestRuntime } from '../../fixtures/temporalRuntime.ts'

export const TEXT = `CREATE TABLE customer (id bigserial PRIMARY KEY, name text NOT NULL);
CREATE TABLE invoice (id bigserial PRIMARY KEY, total numeric NOT NULL DEFAULT 0, customer_id bigint REFERENCES customer);
CREATE VIEW large AS SELECT id FROM invoice WHERE total > 100;
-- For one test each, so that none meets what another has left.
CREATE TABLE debt (sum numeric);
CREATE TABLE guest (name text NOT NULL);
CREATE TABLE label (title text NOT NULL);
CREATE TABLE bill (id bigserial PRIMARY KEY, total numeric, due date);
CREATE TABLE payment (id bigserial PRIMARY KEY, total numeric);`

/** A text, and the one that undoes it. */
export interface Change {
  readonly name: string
  readonly up: string
  readonly down?: string
}

export interface SqlWorld {
  readonly fleet: TestFleet
  readonly project: string
  /** A superuser's session on the targets. */
  readonly targets: pg.Client
  /** Applies a change, and waits for its end. */
  readonly run: (change: Change, options?: OperationOptions, project?: string) => Promise<OperationDocument>
  /** What is listed of a namespace: `table.column type`. */
  readonly columns: (namespace: string) => Promise<readonly string[]>
  /** The same of the base and of each tenant. */
  readonly shapes: () => Promise<readonly (readonly string[])[]>
  readonly stop: () => Promise<void>
}

/** `project`: ids are unique in a file. Namespaces are `<project>_base` and `<project>_<tenant>`. */
export async function openSqlWorld({
  project = 'books',
  tenants = ['ada', 'bob'],
  text = TEXT,
}: {
  project?: string
  tenants?: readonly string[]
  text?: string
} = {}): Promise<SqlWorld> {
  installTestRuntime()
  const fleet = await createTestFleet({
    tenants: [],
    postgresUrl: inject('postgresUrl'),
    timeSkippingServerPath: inject('timeSkippingServerPath'),
    worker: { workflowBundlePath: inject('workflowBundlePath') },
  })
  const { client } = fleet
  const targets = new pg.Client({ connectionString: fleet.targetsUrl })
  await targets.connect()
  await client.createProject({
    id: project,
    base: { server: 'alpha', namespace: `${project}_base` },
    baseline: { text },
  })
  for (const tenant of tenants) {
    const name = `${project}_${tenant}`
    await targets.query(`CREATE SCHEMA ${name}; SET search_path = ${name}; ${text}; RESET search_path`)
  }
  await client.importTenants(project, { server: 'alpha', like: `${project}\\_%` })
  const columns: SqlWorld['columns'] = async (namespace) => {
    const { rows } = await targets.query<{ text: string }>(
      `SELECT table_name || '.' || column_name || ' ' || data_type AS text FROM information_schema.columns
        WHERE table_schema = $1 ORDER BY table_name, ordinal_position`,
      [namespace],
    )
    return rows.map(({ text: each }) => each)
  }
  return {
    fleet,
    project,
    targets,
    run: async (change, options = {}, of = project) => {
      const handle = await client.apply(of, { type: 'run_sql', ...change }, options)
      return await fleet.waitFor(handle)
    },
    columns,
    shapes: async () => {
      const found = []
      for (const each of ['base', ...tenants]) found.push(await columns(`${project}_${each}`))
      return found
    },
    stop: async () => {
      await targets.end()
      await fleet.stop()
    },
  }
}
