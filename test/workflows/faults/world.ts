/** Where stories are told: a catalog, two servers, and one worker whose activities are the real ones, at faulty boundaries. */
import { randomUUID } from 'node:crypto'
import { Client, WorkflowFailedError } from '@temporalio/client'
import type { TestWorkflowEnvironment } from '@temporalio/testing'
import { Worker } from '@temporalio/worker'
import pg from 'pg'
import { inject } from 'vitest'
import { createActivities } from '../../../src/activities/index.ts'
import { connectSchemaSaga } from '../../../src/client.ts'
import { readConfig } from '../../../src/config.ts'
import { createCatalogPool } from '../../../src/postgres/catalog/pool.ts'
import { type FreshDatabase, freshCatalog, freshDatabase } from '../../fixtures/database.ts'
import { WORKFLOWS_IN_THIS_THREAD } from '../../fixtures/temporalRuntime.ts'
import type { TestClient } from '../../fixtures/testClient.ts'
import type { Databases } from '../../whole/fleet.ts'
import { startTimeSkipping } from '../environment.ts'
import { faultyActivities } from './boundaries.ts'
import type { Courses } from './course.ts'
import { createLostTasks } from './lostTasks.ts'

/** One world is shared by the stories of a file: each has projects of its own. */
export interface World extends Databases {
  readonly client: TestClient
  readonly temporal: Client
  readonly courses: Courses
  /** Waits for the end of a workflow's last run, however it ended; fails after three minutes. */
  readonly untilClosed: (workflowId: string) => Promise<void>
  readonly close: () => Promise<void>
}

/** Of each server: as many operations at once as there are, with their tenants. */
const SESSIONS = 24
const LIMIT_MS = 180_000

/** Starts everything; time skips from here on whenever nobody is at work. */
export async function createWorld(): Promise<World> {
  const environment = await startTimeSkipping()
  await environment.connection.testService?.unlockTimeSkipping({})
  const databases = [await freshCatalog(), await freshDatabase(), await freshDatabase()] as const
  const [catalog, alpha, beta] = await sessionsOn(databases)
  const env = {
    SCHEMA_SAGA_CATALOG_URL: databases[0].url,
    TEMPORAL_ADDRESS: environment.address,
    TEMPORAL_NAMESPACE: 'default',
    SCHEMA_SAGA_TASK_QUEUE: `boundaries-${randomUUID()}`,
    ALPHA_URL: databases[1].url,
    BETA_URL: databases[2].url,
  }
  const courses: Courses = new Map()
  const stopWorker = await startWorker(environment, env, courses)
  const client = await connectSchemaSaga({ config: readConfig(env) })
  for (const id of ['alpha', 'beta']) {
    await client.addServer({ id, dsnEnv: `${id.toUpperCase()}_URL`, maxSessions: SESSIONS })
  }
  for (const session of [alpha, beta]) await session.query('create table public.repaired (namespace text)')
  const temporal = new Client({ connection: environment.connection })
  return {
    env,
    catalog,
    alpha,
    beta,
    client,
    temporal,
    courses,
    untilClosed: (workflowId) => untilClosed(temporal, workflowId),
    close: async () => {
      await stopWorker()
      await client.close()
      await Promise.all([catalog, alpha, beta].map((session) => session.end()))
      await environment.teardown()
      await Promise.all(databases.map((database) => database.drop()))
    },
  }
}

/** Returns the function that stops it. */
async function startWorker(
  environment: TestWorkflowEnvironment,
  env: Databases['env'],
  courses: Courses,
): Promise<() => Promise<void>> {
  const tasks = createLostTasks()
  const catalog = createCatalogPool(env.SCHEMA_SAGA_CATALOG_URL ?? '')
  const { activities, interceptor, close } = createActivities({
    catalog,
    dsn: (variable) => env[variable],
    hooks: { afterCommit: async () => {} },
    now: () => environment.currentTimeMs(),
  })
  const worker = await Worker.create({
    ...WORKFLOWS_IN_THIS_THREAD,
    connection: environment.nativeConnection,
    taskQueue: env.SCHEMA_SAGA_TASK_QUEUE ?? '',
    workflowBundle: { codePath: inject('workflowBundlePath') },
    activities: faultyActivities({ ...activities }, courses, tasks),
    interceptors: { activity: [interceptor] },
    dataConverter: { payloadCodecs: [tasks.codec] },
  })
  const running = worker.run()
  return async () => {
    worker.shutdown()
    await running
    await close()
    await catalog.end()
  }
}

async function untilClosed(temporal: Client, workflowId: string): Promise<void> {
  try {
    await temporal.withDeadline(Date.now() + LIMIT_MS, () => temporal.workflow.getHandle(workflowId).result())
  } catch (error) {
    if (!(error instanceof WorkflowFailedError)) throw error
  }
}

async function sessionsOn(
  databases: readonly [FreshDatabase, FreshDatabase, FreshDatabase],
): Promise<[pg.Client, pg.Client, pg.Client]> {
  const [catalog, alpha, beta] = databases
  return [await connect(catalog.url), await connect(alpha.url), await connect(beta.url)]
}

async function connect(connectionString: string): Promise<pg.Client> {
  const session = new pg.Client({ connectionString })
  await session.connect()
  return session
}
