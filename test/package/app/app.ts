/** A program of somebody else: it knows the package by its name only. */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import {
  connectSchemaSaga,
  MutationRejected,
  type MutationRequest,
  type OperationDocument,
  OperationFailed,
} from 'schema-saga'
import { createTestFleet, fakeHooks } from 'schema-saga/testing'
import { type Hooks, type RunningWorker, runWorker, WORKFLOW_SOURCES } from 'schema-saga/worker'
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
  await runsAWorkerOfItsOwn()
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

async function runsAWorkerOfItsOwn(): Promise<void> {
  const config = { ...fleet.config, taskQueue: 'own' }
  const committed: string[] = []
  const own: Hooks = { afterCommit: async ({ id }) => void committed.push(id) }
  const worker: RunningWorker = await runWorker(config, {
    hooks: own,
    dsn: () => fleet.targetsUrl,
    shutdownGraceMs: 100,
  })
  const client = await connectSchemaSaga({ config })
  const operation = await client.apply(fleet.project, { type: 'create_model', name: 'Desk' })
  await fleet.waitFor(operation)
  assert.deepEqual(committed, [operation.id])
  await client.close()
  await worker.stop()
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
