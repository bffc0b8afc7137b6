/** A server with targets for the tests of `src/postgres`: pools, a client of its own, and plans made by hand. */
import pg from 'pg'
import type { Target } from '../../src/contract.ts'
import type { Plan, Stage } from '../../src/physical/plan/plan.ts'
import { createTargetPools, type TargetPools } from '../../src/postgres/sessions/pools.ts'
import type { TargetExecution } from '../../src/postgres/target/execute.ts'
import { provisionTarget } from '../../src/postgres/target/provisionTarget.ts'
import { freshDatabase } from '../fixtures/database.ts'

export interface TestFleet {
  readonly pools: TargetPools
  readonly client: pg.Client
  readonly url: string
  readonly connect: () => Promise<pg.Client>
  readonly close: () => Promise<void>
}

/** A database with pools on it and one session beside them. */
export async function openFleet(): Promise<TestFleet> {
  const database = await freshDatabase()
  return await fleetOn(database.url, () => database.drop())
}

/** The same on a database that is there, by that connection string; `release` comes last of all when it is closed. */
export async function fleetOn(url: string, release: () => Promise<void>): Promise<TestFleet> {
  const pools = createTargetPools({
    server: (id) => ({ id, dsnEnv: 'TEST_DSN', maxSessions: 8, databasePerTenant: false }),
    dsn: () => url,
  })
  const opened: pg.Client[] = []
  const connect = async (): Promise<pg.Client> => {
    const client = new pg.Client({ connectionString: url, application_name: 'a test' })
    client.on('error', () => {})
    await client.connect()
    opened.push(client)
    return client
  }
  return {
    pools,
    client: await connect(),
    url,
    connect,
    close: async () => {
      await Promise.all(opened.map((client) => client.end()))
      await pools.close()
      await release()
    },
  }
}

export const FOOD = 'CREATE TABLE :"ns"."food" ("id" text PRIMARY KEY, "name" text)'

/** Provisions a namespace with a table `food` at revision 1. */
export async function target(
  { pools }: TestFleet,
  namespace: string,
  { incarnation = 'i1', statements = [FOOD] }: { incarnation?: string; statements?: string[] } = {},
): Promise<Target> {
  const made: Target = { scope: namespace, server: 'alpha', namespace, incarnation }
  await provisionTarget(pools, { target: made, projectId: 'shop', revision: 1, schemaHash: 'hash-1', statements })
  return made
}

type StagePart = Partial<Stage> & { readonly sql: readonly string[] }

/** A plan from revision 1 to 2 of the given stages, each with its undo. */
export function plan(...stages: readonly (readonly [forward: StagePart, undo: StagePart])[]): Plan {
  const stage = (part: StagePart, index: number): Stage => ({
    stage: index + 1,
    kind: 'transaction',
    validates: false,
    index: null,
    asides: [],
    ...part,
  })
  return {
    baseRevision: 1,
    nextRevision: 2,
    schemaHash: 'hash-1',
    nextSchemaHash: 'hash-2',
    nextSchema: { models: [] } as unknown as Plan['nextSchema'],
    hash: 'plan-hash',
    unchanged: false,
    changes: [],
    forward: stages.map(([forward], index) => stage(forward, index)),
    compensation: stages.map(([, undo], index) => stage(undo, index)),
    hazards: [],
    settle: [],
    checks: [],
    touches: ['food'],
  }
}

export const ADD_PRICE = plan([
  { sql: ['ALTER TABLE :"ns"."food" ADD COLUMN "price" numeric'] },
  { sql: [`SELECT schema_saga_target.drop_unused_column_v1(:'ns', 'food', 'price', '_aside_op_1_price')`] },
])

export const ADD_INDEX = plan([
  {
    kind: 'statement',
    sql: ['CREATE INDEX CONCURRENTLY "idx_food_name" ON :"ns"."food" ("name")'],
    index: 'idx_food_name',
  },
  {
    kind: 'statement',
    sql: ['DROP INDEX CONCURRENTLY IF EXISTS :"ns"."idx_food_name"'],
    index: 'idx_food_name',
  },
])

/** One try of an operation on a target. */
export function work(
  of: Target,
  operationPlan: Plan,
  more: Partial<Omit<TargetExecution, 'target' | 'plan'>> = {},
): TargetExecution {
  return { target: of, projectId: 'shop', operationId: 'op', epoch: 1, plan: operationPlan, ...more }
}

/** Where a namespace stands. */
export async function revisionOf({ client }: TestFleet, namespace: string): Promise<number | undefined> {
  const { rows } = await client.query<{ revision: number }>(
    'SELECT revision FROM schema_saga_target.target WHERE namespace = $1',
    [namespace],
  )
  return rows[0]?.revision
}

/** The markers of a namespace, as `epoch/stage state`. */
export async function markersOf({ client }: TestFleet, namespace: string): Promise<string[]> {
  const { rows } = await client.query<{ line: string }>(
    `SELECT epoch || '/' || stage || ' ' || state AS line FROM schema_saga_target.marker
      WHERE namespace = $1 ORDER BY epoch, stage`,
    [namespace],
  )
  return rows.map(({ line }) => line)
}

/** The columns of a table, in name order. */
export async function columnsOf({ client }: TestFleet, namespace: string, table = 'food'): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT a.attname AS name FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
       JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = $1 AND c.relname = $2 AND a.attnum > 0 AND NOT a.attisdropped ORDER BY 1`,
    [namespace, table],
  )
  return rows.map(({ name }) => name)
}
