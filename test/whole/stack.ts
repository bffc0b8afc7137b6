/** All that a user has: the command line, workers, a catalog and two servers with tenants, on the run's real servers. */
import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Client, ScheduleHandle } from '@temporalio/client'
import pg from 'pg'
import { inject } from 'vitest'
import { connectSchemaSaga } from '../../src/client.ts'
import { type Environment, readConfig } from '../../src/config.ts'
import { reconcileScheduleId } from '../../src/contract/reconcile.ts'
import { DEFAULT_TASK_QUEUE } from '../../src/contract.ts'
import { type FreshDatabase, freshCatalog, freshDatabase } from '../fixtures/database.ts'
import type { TestClient } from '../fixtures/testClient.ts'
import { type CommandResult, runCommandLine } from './commandLine.ts'
import { registerNamespace } from './namespace.ts'
import { type Processes, processesOf } from './processes.ts'

export interface Stack extends Processes {
  /** All that commands and workers of the stack see of an environment. */
  readonly env: Readonly<Record<string, string>>
  /** Runs a command line in this process; `changes` are variables instead of the stack's own. */
  readonly cli: (args: readonly string[], stdin?: string, changes?: Environment) => Promise<CommandResult>
  readonly client: TestClient
  /** Temporal as the stack's worker sees it: a namespace of its own. */
  readonly temporal: Client
  readonly catalog: pg.Client
  readonly alpha: pg.Client
  readonly beta: pg.Client
  /** Another session on alpha; the caller ends it. */
  readonly connectAlpha: () => Promise<pg.Client>
  /** Another session on the catalog; the caller ends it. */
  readonly connectCatalog: () => Promise<pg.Client>
  readonly stop: () => Promise<void>
}

/** Servers of a test's own instead of the run's, by name: `catalog`, `alpha`, `beta` as URLs, `temporal` as an address. */
export type OwnServers = Partial<Record<'catalog' | 'alpha' | 'beta' | 'temporal', string>>

/** A fresh catalog (initialised) and two target databases; no worker yet. */
export async function createStack(own: OwnServers = {}): Promise<Stack> {
  const databases = await Promise.all([given(own.catalog, freshCatalog), given(own.alpha), given(own.beta)])
  const [catalog, alpha, beta] = databases
  const clients = await Promise.all(databases.map((database) => connect(database.url)))
  const folder = await mkdtemp(join(tmpdir(), 'schema-saga-cli-'))
  const address = own.temporal ?? inject('temporalAddress')
  const temporal = await registerNamespace(address)
  const env = {
    SCHEMA_SAGA_CATALOG_URL: catalog.url,
    TEMPORAL_ADDRESS: address,
    TEMPORAL_NAMESPACE: temporal.options.namespace,
    SCHEMA_SAGA_TASK_QUEUE: `whole-${randomUUID()}`,
    ALPHA_URL: alpha.url,
    BETA_URL: beta.url,
  }
  const client = await connectSchemaSaga({ config: readConfig(env, folder) })
  const running = processesOf(env, folder)
  const stack: Stack = {
    env,
    cli: (args, stdin, changes = {}) =>
      runCommandLine(args, { env: { ...env, ...changes }, folder, ...(stdin !== undefined && { stdin }) }),
    ...running,
    client,
    temporal,
    catalog: clients[0] as pg.Client,
    alpha: clients[1] as pg.Client,
    beta: clients[2] as pg.Client,
    connectAlpha: () => connect(alpha.url),
    connectCatalog: () => connect(catalog.url),
    stop: async () => {
      await running.stopWorkers()
      await scheduleOf(stack).delete()
      await temporal.connection.close()
      await client.close()
      await Promise.all(clients.map((connection) => connection.end()))
      await Promise.all(databases.map((database) => database.drop()))
      await rm(folder, { recursive: true, force: true })
    },
  }
  await client.initialise()
  // Runs by the clock would come in between whatever a test tells; a trigger works while it is paused.
  await scheduleOf(stack).pause()
  await client.addServer({ id: 'alpha', dsnEnv: 'ALPHA_URL' })
  await client.addServer({ id: 'beta', dsnEnv: 'BETA_URL' })
  return stack
}

/** The stack's Schedule of the reconciler. */
export function scheduleOf({ temporal, env }: Stack): ScheduleHandle {
  return temporal.schedule.getHandle(reconcileScheduleId(env.SCHEMA_SAGA_TASK_QUEUE ?? '', DEFAULT_TASK_QUEUE))
}

async function given(
  url: string | undefined,
  fresh: () => Promise<FreshDatabase> = freshDatabase,
): Promise<FreshDatabase> {
  return url === undefined ? await fresh() : { url, drop: async () => {} }
}

async function connect(connectionString: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString })
  // A server that a test stops ends its sessions; whoever uses one hears of it.
  client.on('error', () => {})
  await client.connect()
  return client
}

/** Applies a mutation with the command line. */
export async function apply(
  stack: Stack,
  project: string,
  mutation: unknown,
  ...flags: readonly string[]
): Promise<CommandResult> {
  return await stack.cli(['apply', project, '-', '--json', ...flags], JSON.stringify(mutation))
}

/** Runs a command that must exit 0. */
export async function succeed(stack: Stack, args: readonly string[]): Promise<CommandResult> {
  const result = await stack.cli(args)
  if (result.exitCode !== 0) throw new Error(`${args.join(' ')} ended with ${result.exitCode}: ${result.stderr}`)
  return result
}
