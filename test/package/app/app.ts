/** A program of somebody else: it knows the package by its name only. */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import {
  type ConnectOptions,
  connectSchemaSaga,
  MutationRejected,
  type MutationRequest,
  type OperationDocument,
  OperationFailed,
  RequestRefused,
  type SchemaSagaClient,
  type SystemStore,
  storeFromSystemDriver,
  withPhysicalDDLRequired,
} from 'schema-saga'
import { createTestFleet, fakeHooks } from 'schema-saga/testing'
import {
  type AfterCommitContext,
  CAPABILITIES,
  type CacheStore,
  type Capability,
  type Hooks,
  type ListedTenant,
  type RunningWorker,
  runWorker,
  WORKFLOW_SOURCES,
} from 'schema-saga/worker'
import * as workflows from 'schema-saga/workflows'

const SCHEMAS = {
  mutation: 'Schema mutation',
  operation: 'schema-saga operation',
  'operation-history': 'schema-saga operation-history',
  plan: 'schema-saga plan',
  drift: 'schema-saga drift',
  health: 'schema-saga health',
  tenants: 'schema-saga tenants',
  error: 'schema-saga error',
}

const hooks = fakeHooks()
const fleet = await createTestFleet({ tenants: ['ada'], mutations: [{ type: 'create_model', name: 'Guest' }], hooks })
try {
  await appliesAndWatches()
  await catchesTypedErrors()
  await refusesWhatIsForbidden()
  await runsAWorkerOfItsOwn()
  await readsTheLedger()
  await findsWorkflows()
  await readsSchemas()
} finally {
  await fleet.stop()
}

async function appliesAndWatches(): Promise<void> {
  const mutation: MutationRequest = { type: 'create_model', name: 'Food' }
  const operation = await fleet.client.apply(fleet.project, mutation)
  const seen: OperationDocument['status'][] = []
  for await (const { status } of operation.watch()) seen.push(status)
  assert.equal(seen.at(-1), 'committed')
  await fleet.waitFor(operation)
  assert.ok(hooks.afterCommitCalls.some(({ id }) => id === operation.id))
}

async function catchesTypedErrors(): Promise<void> {
  const again: MutationRequest = { type: 'create_model', name: 'Guest' }
  await assert.rejects(fleet.client.plan(fleet.project, again), (error: unknown) => {
    assert.ok(error instanceof MutationRejected)
    assert.equal(error.code, 'MODEL_EXISTS')
    return true
  })
  await assert.rejects(fleet.client.run(fleet.project, again), OperationFailed)
}

async function refusesWhatIsForbidden(): Promise<void> {
  const capability: Capability = 'operation.apply'
  assert.ok(CAPABILITIES.includes(capability))
  hooks.forbid('Not by me.', capability)
  await assert.rejects(fleet.client.run(fleet.project, { type: 'create_model', name: 'Secret' }), {
    code: 'FORBIDDEN',
    message: 'Not by me.',
  })
  hooks.allow()
}

async function readsTheLedger(): Promise<void> {
  const store: SystemStore | null = await storeFromSystemDriver({ config: fleet.config })
  assert.ok(store !== null && (await store.listOperations(fleet.project)).length > 0)
  await store.close()
}

/** With every hook: each is called by a worker out of the package. */
async function runsAWorkerOfItsOwn(): Promise<void> {
  const config = { ...fleet.config, taskQueue: 'own' }
  const committed: string[] = []
  const flushes: AfterCommitContext[] = []
  const cacheStore: CacheStore = hooks.cacheStore
  const listed: ListedTenant[] = []
  const own: Required<Hooks> = {
    afterCommit: async ({ id }, context) => {
      committed.push(id)
      flushes.push(context)
    },
    authorize: (actor, capability) => {
      if (actor === 'eve') throw new Error(`${actor} may not ${capability}`)
    },
    cacheStore,
    listTenants: async function* () {
      yield listed
    },
  }
  const worker: RunningWorker = await runWorker(config, {
    hooks: own,
    dsn: () => fleet.targetsUrl,
    shutdownGraceMs: 100,
  })
  const connect: ConnectOptions = { config, cacheStore }
  const client = await connectSchemaSaga(connect)
  const operation = await client.apply(fleet.project, { type: 'create_model', name: 'Desk' }, withPhysicalDDLRequired())
  await fleet.waitFor(operation)
  assert.deepEqual(committed, [operation.id])
  assert.deepEqual(flushes, [{ physicalDDLRequired: true }])
  assert.equal((await client.readCache(fleet.project))?.generation, hooks.cached.get(fleet.project)?.generation)
  await keepsItsClassOnTheWay(client)
  await takesTenantsFromTheList(client, listed)
  await client.close()
  await worker.stop()
}

/** What the worker has thrown is an error of that class here, too, with the words of the hook. */
async function keepsItsClassOnTheWay(client: SchemaSagaClient): Promise<void> {
  const refused = client.addTenant(fleet.project, { id: 'zoe', server: 'alpha', actor: 'eve' })
  await assert.rejects(refused, (error: unknown) => {
    assert.ok(error instanceof RequestRefused)
    assert.equal(error.code, 'FORBIDDEN')
    assert.equal(error.message, 'eve may not tenant.add')
    return true
  })
}

async function takesTenantsFromTheList(client: SchemaSagaClient, listed: ListedTenant[]): Promise<void> {
  const tenants = await client.listTenants(fleet.project)
  listed.push(...tenants.map(({ id, server, namespace }) => ({ id, server, namespace })))
  listed.push({ id: 'bob', server: 'alpha', namespace: 'listed_bob' })
  await client.setProject(fleet.project, ['tenants_from=hook'])
  const operation = await client.apply(fleet.project, { type: 'create_model', name: 'Lamp' })
  await fleet.waitFor(operation)
  const { revision, state } = await client.tenantGeneration(fleet.project, 'bob')
  assert.deepEqual({ revision, state }, { revision: (await operation.show()).revision, state: 'active' })
  await client.setProject(fleet.project, ['tenants_from=catalog'])
}

async function findsWorkflows(): Promise<void> {
  assert.equal(typeof workflows.applySchemaMutation, 'function')
  await readFile(WORKFLOW_SOURCES.workflowsPath)
  const bundle = await readFile(fileURLToPath(import.meta.resolve('schema-saga/workflows/bundle')), 'utf8')
  assert.match(bundle, /applySchemaMutation/)
}

async function readsSchemas(): Promise<void> {
  for (const [name, title] of Object.entries(SCHEMAS)) {
    const schema = await readFile(fileURLToPath(import.meta.resolve(`schema-saga/schemas/${name}.json`)), 'utf8')
    assert.equal((JSON.parse(schema) as { title: string }).title, title)
  }
}
