/** Where stories are told: a Postgres, a Temporal dev server and a worker of their own, with a base and three tenants. */

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client, Connection } from '@temporalio/client'
import pg from 'pg'
import type { ApplyOptions } from '../../src/client/types.ts'
import { connectSchemaSaga, type OperationHandle, type SchemaSagaClient } from '../../src/client.ts'
import type { Config } from '../../src/config.ts'
import { reconcileScheduleId } from '../../src/contract/reconcile.ts'
import { DEFAULT_TASK_QUEUE, type OperationDocument, operationWorkflowId } from '../../src/contract.ts'
import { createDatabases } from '../../src/dev/databases.ts'
import { startEmbeddedPostgres } from '../../src/dev/servers/embeddedPostgres.ts'
import { findTemporalCli } from '../../src/dev/servers/temporalCli.ts'
import { startTemporalDevServer } from '../../src/dev/servers/temporalServer.ts'
import type { MutationRequest } from '../../src/logical/parse/mutationRequest.ts'
import { runWorker } from '../../src/worker.ts'

/** The project of every recorded history. */
export const PROJECT = 'replay'

export interface Stage {
  readonly client: SchemaSagaClient
  readonly temporal: Client
  readonly targets: pg.Client
  /** Holds a table in a mode that only DDL minds, in a session of its own, until the returned function is called. */
  readonly hold: (table: string, mode?: string) => Promise<() => Promise<void>>
  /** Adds a text field; each story adds one of its own. */
  readonly add: (id: string, options?: ApplyOptions) => Promise<OperationHandle>
  /** Ends the workflow without a word, as `temporal workflow terminate` does, and starts it again. */
  readonly startAgain: (id: string, between?: () => Promise<void>) => Promise<void>
  readonly close: () => Promise<void>
}

/** Opens the stage; takes some seconds. */
export async function openStage(log: (line: string) => void): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), 'schema-saga-stories-'))
  const postgres = await startEmbeddedPostgres({ dataDir: join(folder, 'postgres'), ephemeral: true, log })
  const temporalServer = await startTemporalDevServer({
    cliPath: await findTemporalCli({ log }),
    namespace: 'default',
    headless: true,
    log,
  })
  await createDatabases(postgres.url('postgres'), ['catalog', 'targets'])
  process.env.STORIES_URL = postgres.url('targets')
  const config: Config = {
    catalogUrl: postgres.url('catalog'),
    taskQueue: DEFAULT_TASK_QUEUE,
    workflowBundle: null,
    temporal: { address: temporalServer.address, namespace: 'default', connection: {} },
  }
  const client = await connectSchemaSaga({ config })
  await client.initialise()
  const worker = await runWorker(config)
  const connection = await Connection.connect({ address: temporalServer.address })
  const temporal = new Client({ connection })
  const targets = await session(postgres.url('targets'))
  // Only the story of the reconciler has it at work.
  const scheduleId = reconcileScheduleId(config.taskQueue, DEFAULT_TASK_QUEUE)
  await temporal.schedule.getHandle(scheduleId).pause('stories are told')
  await setUp(client)
  return {
    client,
    temporal,
    targets,
    hold: async (table, mode = 'access share') => {
      const holder = await session(postgres.url(table.startsWith('schema_saga.') ? 'catalog' : 'targets'))
      await holder.query(`begin; lock table ${table} in ${mode} mode`)
      return () => holder.end()
    },
    add: (id, options = {}) =>
      client.apply(PROJECT, fieldOf(id) as unknown as MutationRequest, { operationId: id, actor: 'rosa', ...options }),
    startAgain: async (id, between) => {
      const workflowId = operationWorkflowId(PROJECT, id)
      await temporal.workflow.getHandle(workflowId).terminate('a story')
      await between?.()
      const input = { project: PROJECT, operationId: id, mutation: fieldOf(id), actor: 'rosa' }
      await temporal.workflow.start('applySchemaMutation', { workflowId, taskQueue: config.taskQueue, args: [input] })
    },
    close: async () => {
      await worker.stop()
      await Promise.all([targets.end(), connection.close(), client.close()])
      await Promise.all([temporalServer.stop(), postgres.stop()])
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Waits until the operation looks as wanted. */
export async function until(handle: OperationHandle, seen: (operation: OperationDocument) => boolean): Promise<void> {
  for (let polls = 0; polls < 600; polls += 1) {
    if (seen(await handle.show().catch(() => ({ tenants: {} }) as OperationDocument))) return
    await sleep(50)
  }
  throw new Error(`${handle.id} never got there: ${JSON.stringify(await handle.show())}`)
}

/** Waits until nothing more happens to the operation, and insists on its status. */
export async function ends(handle: OperationHandle, status: OperationDocument['status']): Promise<void> {
  await until(handle, (operation) => operation.status === status)
}

function fieldOf(id: string): Readonly<Record<string, unknown>> {
  const label = id.replaceAll('-', ' ')
  return { type: 'add_field', model_name: 'guest', field_label: label, field_type: 'text' }
}

async function setUp(client: SchemaSagaClient): Promise<void> {
  await client.addServer({ id: 'alpha', dsnEnv: 'STORIES_URL' })
  await client.createProject({ id: PROJECT, base: { server: 'alpha', namespace: 'replay_base' } })
  for (const id of ['a', 'b', 'c']) await client.addTenant(PROJECT, { id, server: 'alpha' })
  await client.run(PROJECT, { type: 'create_model', name: 'guest' }, { operationId: 'setup-1' })
}

async function session(connectionString: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString })
  client.on('error', () => {})
  await client.connect()
  return client
}
