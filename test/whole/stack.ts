/** What a user has: a worker process, the CLI, a catalog and two servers with tenants, on the run's real servers. */
import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Client, ScheduleHandle } from '@temporalio/client'
import pg from 'pg'
import { inject } from 'vitest'
import { connectSchemaSaga, type SchemaSagaClient } from '../../src/client.ts'
import { readConfig } from '../../src/config.ts'
import { reconcileScheduleId } from '../../src/contract/reconcile.ts'
import { DEFAULT_TASK_QUEUE } from '../../src/contract.ts'
import { type FreshDatabase, freshDatabase } from '../fixtures/database.ts'
import { registerNamespace } from './namespace.ts'

const BIN = fileURLToPath(new URL('../../bin/schema-saga.js', import.meta.url))

/** What a command printed, and how it ended. */
export interface CommandResult {
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
  /** The JSON document on stdout; throws when there is none. */
  readonly json: () => Record<string, unknown> & { operation?: Record<string, unknown>; error?: { code: string } }
}

export interface Stack {
  readonly env: Record<string, string>
  readonly cli: (args: readonly string[], stdin?: string) => Promise<CommandResult>
  /** Starts a command and does not wait. */
  readonly start: (args: readonly string[]) => ChildProcess
  readonly startWorker: () => Promise<ChildProcess>
  readonly client: SchemaSagaClient
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
  const database = async (url: string | undefined): Promise<FreshDatabase> =>
    url === undefined ? await freshDatabase() : { url, drop: async () => {} }
  const databases = [await database(own.catalog), await database(own.alpha), await database(own.beta)] as const
  const clients = await Promise.all(databases.map((database) => connect(database.url)))
  const folder = await mkdtemp(join(tmpdir(), 'schema-saga-cli-'))
  const address = own.temporal ?? inject('temporalAddress')
  const temporal = await registerNamespace(address)
  const env = {
    SCHEMA_SAGA_CATALOG_URL: databases[0].url,
    TEMPORAL_ADDRESS: address,
    TEMPORAL_NAMESPACE: temporal.options.namespace,
    SCHEMA_SAGA_TASK_QUEUE: `whole-${randomUUID()}`,
    ALPHA_URL: databases[1].url,
    BETA_URL: databases[2].url,
  }
  const children = new Set<ChildProcess>()
  const start = (args: readonly string[]): ChildProcess => {
    const child = spawn(process.execPath, [BIN, ...args], { cwd: folder, env: { ...inherited(), ...env } })
    children.add(child)
    child.once('exit', () => children.delete(child))
    return child
  }
  const client = await connectSchemaSaga({ config: readConfig(env, folder) })
  const stack: Stack = {
    env,
    client,
    temporal,
    start,
    cli: (args, stdin) => run(start(args), stdin),
    startWorker: () => ready(start(['worker'])),
    catalog: clients[0] as pg.Client,
    alpha: clients[1] as pg.Client,
    beta: clients[2] as pg.Client,
    connectAlpha: () => connect(databases[1].url),
    connectCatalog: () => connect(databases[0].url),
    stop: async () => {
      const ended = [...children].map((child) => once(child, 'exit'))
      for (const child of children) child.kill('SIGKILL')
      await Promise.all(ended)
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

/** Creates a project with its base on alpha and the tenants on alpha and beta in turn. */
export async function createFleet(stack: Stack, project: string, tenants: readonly string[]): Promise<void> {
  await stack.client.createProject({ id: project, base: { server: 'alpha', namespace: `${project}_base` } })
  for (const [index, id] of tenants.entries()) {
    await stack.client.addTenant(project, { id, server: index % 2 === 0 ? 'alpha' : 'beta' })
  }
}

/** Applies a mutation with the CLI. */
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

async function connect(connectionString: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString })
  // A server that a test stops ends its sessions; whoever uses one hears of it.
  client.on('error', () => {})
  await client.connect()
  return client
}

async function run(child: ChildProcess, stdin?: string): Promise<CommandResult> {
  let stdout = ''
  let stderr = ''
  child.stdout?.on('data', (chunk: Buffer) => {
    stdout += chunk.toString()
  })
  child.stderr?.on('data', (chunk: Buffer) => {
    stderr += chunk.toString()
  })
  child.stdin?.end(stdin ?? '')
  const [exitCode] = (await once(child, 'close')) as [number | null]
  return { exitCode, stdout, stderr, json: () => JSON.parse(stdout) as ReturnType<CommandResult['json']> }
}

/** A worker is ready when it says so. */
export async function ready(worker: ChildProcess): Promise<ChildProcess> {
  let output = ''
  await new Promise<void>((resolve, reject) => {
    const listen = (chunk: Buffer): void => {
      output += chunk.toString()
      if (/worker (is )?ready/i.test(output)) resolve()
    }
    worker.stdout?.on('data', listen)
    worker.stderr?.on('data', listen)
    worker.once('exit', (code) => reject(new Error(`the worker ended with ${code}: ${output}`)))
  })
  return worker
}

function inherited(): Record<string, string> {
  const { PATH, HOME, LANG } = process.env
  return { PATH: PATH ?? '', HOME: HOME ?? '', LANG: LANG ?? 'C.UTF-8' }
}
