/** What an embedder's tests are given, as such a test would use it. */
import pg from 'pg'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { createTestFleet, fakeHooks, type TestFleet } from '../../src/testing.ts'
import { installTestRuntime } from '../fixtures/temporalRuntime.ts'

const hooks = fakeHooks()
let fleet: TestFleet
let targets: pg.Client
beforeAll(async () => {
  installTestRuntime()
  fleet = await createTestFleet({
    tenants: ['ada', 'bob'],
    mutations: [{ type: 'create_model', name: 'guest' }],
    hooks,
    postgresUrl: inject('postgresUrl'),
    timeSkippingServerPath: inject('timeSkippingServerPath'),
    worker: { workflowBundlePath: inject('workflowBundlePath') },
  })
  targets = new pg.Client({ connectionString: fleet.targetsUrl })
  await targets.connect()
})
afterAll(async () => {
  await targets?.end()
  await fleet?.stop()
})

test('a test fleet has its tenants at the revision of the mutations that it was given', async () => {
  const tenants = await fleet.client.listTenants(fleet.project)
  expect(tenants).toMatchObject([
    { id: 'ada', state: 'active', revision: 1 },
    { id: 'bob', state: 'active', revision: 1 },
  ])
  await targets.query(`insert into shop_ada.guest (id) values ('g1'), ('g2')`)
})

test('an operation is waited for until its hook has succeeded, however often that fails before', async () => {
  hooks.failAfterCommit(4)
  const operation = await fleet.client.apply(fleet.project, { type: 'create_model', name: 'desk' })
  const { status, steps } = await fleet.waitFor(operation)
  expect(status).toBe('committed')
  expect(steps.find(({ key }) => key === 'after_commit')).toMatchObject({ state: 'succeeded' })
  const calls = hooks.afterCommitCalls.filter(({ id }) => id === operation.id)
  expect(calls).toHaveLength(5)
})

test('the record of an operation that failed is what a test is given', async () => {
  const operation = await fleet.client.apply(fleet.project, {
    type: 'add_field',
    model_name: 'guest',
    field_label: 'Number',
    field_type: 'text',
    validation: { required: true, unique: true },
  })
  expect(await fleet.waitFor(operation)).toMatchObject({
    status: 'failed',
    error_code: 'DATA_REJECTED',
    problems: [{ tenant: 'ada' }],
  })
})
