/** A whole fleet in the process of a test: a Postgres, a catalog, a project with tenants, a worker, and Temporal's clock. */
import type { TestWorkflowEnvironment } from '@temporalio/testing'
import type { Hooks } from '../activities/index.ts'
import type { OperationHandle } from '../client/operationHandle.ts'
import type { SchemaSagaClient } from '../client/types.ts'
import { connectSchemaSaga } from '../client.ts'
import type { Config } from '../config.ts'
import { DEFAULT_TASK_QUEUE, type OperationDocument } from '../contract.ts'
import { type Cleanup, createCleanup } from '../dev/cleanup.ts'
import { findTimeSkippingServer } from '../dev/servers/timeSkippingServer.ts'
import type { MutationRequest } from '../logical/parse/mutationRequest.ts'
import { migrateCatalog } from '../postgres/catalog/migrate.ts'
import { runWorker, type WorkerOptions } from '../worker.ts'
import { createTestDatabases } from './postgres.ts'
import { startTimeSkipping } from './timeSkipping.ts'
import { waitFor } from './waitFor.ts'

/** What the fleet is to be; everything has a default. */
export interface TestFleetOptions {
  /** Id of the project; default `shop`. */
  readonly project?: string
  /** Ids of its tenants; default `ada` and `grace`. */
  readonly tenants?: readonly string[]
  /** Whether the project has a base; default true. */
  readonly base?: boolean
  /** Applied one after the other before the fleet is handed out. */
  readonly mutations?: readonly MutationRequest[]
  /** Hooks of its worker, for example `fakeHooks()`. */
  readonly hooks?: Hooks
  /** What else the worker is made of. */
  readonly worker?: Omit<WorkerOptions, 'hooks' | 'dsn' | 'now'>
  /** A superuser's connection string of a server that is there; without it an embedded one is started. */
  readonly postgresUrl?: string
  /** Temporal's time-skipping test server; without it the one of the cache folder, which is downloaded or built once. */
  readonly timeSkippingServerPath?: string
  /** Gets what takes long at the first start, a line each; default stderr. */
  readonly log?: (line: string) => void
}

/** A fleet that is up. */
export interface TestFleet {
  /** The id of its project. */
  readonly project: string
  /** A client of its catalog. */
  readonly client: SchemaSagaClient
  /** With these settings, more clients and workers can be started. */
  readonly config: Config
  /** The database in which base and tenants have their namespaces, `<project>_base` and `<project>_<tenant>`. */
  readonly targetsUrl: string
  /** Temporal: its clock stands still, but for `waitFor` and `environment.sleep`. */
  readonly environment: TestWorkflowEnvironment
  /**
   * Waits until the operation's workflow has ended, hooks included, or waits for a person, and returns its record; retries
   * and other pauses are skipped. One operation at a time.
   */
  readonly waitFor: (operation: OperationHandle) => Promise<OperationDocument>
  /** Ends all of it; databases are dropped. */
  readonly stop: () => Promise<void>
}

/** The server on which base and tenants are, and the name of its connection string. */
const SERVER = { id: 'alpha', dsnEnv: 'SCHEMA_SAGA_TEST_ALPHA_URL' } as const

/** Starts a fleet. Errors: `SERVER_UNAVAILABLE`, and what mutations and provisioning say. */
export async function createTestFleet(options: TestFleetOptions = {}): Promise<TestFleet> {
  const cleanup = createCleanup()
  try {
    return await start(options, cleanup)
  } catch (error) {
    await cleanup.run()
    throw error
  }
}

async function start(options: TestFleetOptions, cleanup: Cleanup): Promise<TestFleet> {
  const { log = console.error, postgresUrl, project = 'shop' } = options
  const [catalogUrl = '', targetsUrl = ''] = await createTestDatabases(['catalog', 'alpha'], {
    postgresUrl,
    cleanup,
    log,
  })
  const environment = await startTimeSkipping(options.timeSkippingServerPath ?? (await findTimeSkippingServer({ log })))
  await cleanup.add(() => environment.teardown())
  const config = configOf(catalogUrl, environment.address)
  await migrateCatalog(catalogUrl)
  const worker = await runWorker(config, {
    // What is in flight at the end of a test is nobody's any more.
    shutdownGraceMs: 100,
    ...options.worker,
    hooks: options.hooks ?? {},
    dsn: (name) => (name === SERVER.dsnEnv ? targetsUrl : undefined),
    now: () => environment.currentTimeMs(),
  })
  await cleanup.add(() => worker.stop())
  const client = await connectSchemaSaga({ config })
  await cleanup.add(() => client.close())
  const fleet: TestFleet = {
    project,
    client,
    config,
    targetsUrl,
    environment,
    waitFor: (operation) => waitFor(environment, operation),
    stop: cleanup.run,
  }
  await populate(fleet, options)
  return fleet
}

async function populate(
  { client, project, waitFor }: TestFleet,
  { tenants = ['ada', 'grace'], base = true, mutations = [] }: TestFleetOptions,
): Promise<void> {
  await client.addServer(SERVER)
  const place = base ? { server: SERVER.id, namespace: `${project}_base` } : null
  await client.createProject({ id: project, base: place })
  for (const id of tenants) await client.addTenant(project, { id, server: SERVER.id })
  for (const mutation of mutations) {
    const operation = await client.apply(project, mutation)
    await waitFor(operation)
    await operation.result()
  }
}

function configOf(catalogUrl: string, address: string): Config {
  return {
    catalogUrl,
    temporal: { address, namespace: 'default', connection: {} },
    taskQueue: DEFAULT_TASK_QUEUE,
    workflowBundle: null,
  }
}
