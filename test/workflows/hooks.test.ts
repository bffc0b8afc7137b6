/** Hooks as an embedder's test sees them: what they say is heeded, and what they refuse changes nothing. */
import { ApplicationFailure } from '@temporalio/common'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import type { OperationHandle } from '../../src/client/operationHandle.ts'
import { withPhysicalDDLRequired } from '../../src/client/submit.ts'
import { connectSchemaSaga } from '../../src/client.ts'
import type { ListedTenant } from '../../src/contract/hooks/tenantList.ts'
import { operationWorkflowId, type Target, type TargetWork } from '../../src/contract.ts'
import { createTestFleet, fakeHooks, type TestFleet } from '../../src/testing.ts'
import { runWorker } from '../../src/worker.ts'
import { installTestRuntime } from '../fixtures/temporalRuntime.ts'

const hooks = fakeHooks()
const FORBIDDEN = { name: 'RequestRefused', code: 'FORBIDDEN', message: 'Ask the owner of the shop.' }
const eve = { actor: 'eve' }
let bobFails = false
let whenApplied = (): void => {}
let fleet: TestFleet
beforeAll(async () => {
  installTestRuntime()
  fleet = await createTestFleet({
    tenants: ['ada', 'bob'],
    mutations: [{ type: 'create_model', name: 'guest' }],
    hooks,
    postgresUrl: inject('postgresUrl'),
    timeSkippingServerPath: inject('timeSkippingServerPath'),
    worker: {
      workflowBundlePath: inject('workflowBundlePath'),
      amend: (worker) => ({
        ...worker,
        activities: { ...worker.activities, ...withoutBob(worker.activities), ...withoutFay(worker.activities) },
        sinks: { defaultWorkerLogger: WORKFLOW_LOG },
      }),
    },
  })
})
afterAll(async () => {
  await fleet?.stop()
})

function withoutBob(activities: object | undefined): object {
  const { applyToTarget } = activities as { applyToTarget: (work: TargetWork) => Promise<unknown> }
  return {
    applyToTarget: async (work: TargetWork) => {
      whenApplied()
      if (bobFails && work.target.scope === 'bob') throw ApplicationFailure.nonRetryable('bob is out')
      return await applyToTarget(work)
    },
  }
}

/** What workflows have warned of. */
const warnings: unknown[] = []
const quiet = { fn: () => undefined }
const warn = { fn: (_: unknown, message: string, facts: object) => void warnings.push({ message, ...facts }) }
const WORKFLOW_LOG = { trace: quiet, debug: quiet, info: quiet, warn, error: quiet }

/** Her tables cannot be made, and what was reserved for her cannot be given up. */
function withoutFay(activities: object | undefined): object {
  type Work = (work: { readonly target: Target }) => Promise<unknown>
  const { provisionTarget, abandonProvisioning } = activities as Record<'provisionTarget' | 'abandonProvisioning', Work>
  const failing =
    (work: Work, code: string, reason: string): Work =>
    async (given) => {
      if (given.target.scope === 'fay') throw ApplicationFailure.nonRetryable(reason, 'StatementRefused', { code })
      return await work(given)
    }
  return {
    provisionTarget: failing(provisionTarget, 'STATEMENT_REFUSED', 'a type is missing'),
    abandonProvisioning: failing(abandonProvisioning, 'TARGET_UNREACHABLE', 'the server is away'),
  }
}

async function untilIs(operation: OperationHandle, status: string, step: string): Promise<void> {
  const seen = async (): Promise<unknown> => {
    const { status: now, steps } = await operation.show()
    return [now, steps.find(({ key }) => key === step)?.state]
  }
  await expect.poll(seen, { timeout: 30_000 }).toEqual([status, expect.stringMatching(/running|failed/)])
}

test('an operation, a tenant and a reconciliation that are forbidden do not begin', async () => {
  const { project, client } = fleet
  hooks.forbid(FORBIDDEN.message)
  const applied = client.run(project, { type: 'create_model', name: 'desk' }, { operationId: 'desk', ...eve })
  await expect(applied).rejects.toMatchObject(FORBIDDEN)
  await expect(client.addTenant(project, { id: 'cem', server: 'alpha', ...eve })).rejects.toMatchObject(FORBIDDEN)
  await expect(client.reconcile({ project, ...eve })).rejects.toMatchObject(FORBIDDEN)
  const kiosk = { id: 'kiosk', base: { server: 'alpha', namespace: 'kiosk_base' } }
  await expect(client.createProject({ ...kiosk, ...eve })).rejects.toMatchObject(FORBIDDEN)
  expect((await client.listProjects()).map(({ id }) => id)).toEqual([project])
  hooks.allow()
  const { models, tenants, revision } = await client.showProject(project)
  expect([models, tenants, revision]).toEqual([1, 2, 1])
  expect(await client.listOperations(project, {})).toHaveLength(1)
  // The ids and the places are free.
  expect(await client.createProject(kiosk)).toMatchObject({ id: 'kiosk', base: kiosk.base, revision: 0 })
  await fleet.waitFor(
    await client.apply(project, { type: 'create_model', name: 'desk' }, { operationId: 'desk', ...eve }),
  )
  expect(hooks.authorizeCalls.at(-1)).toMatchObject({ actor: 'eve', capability: 'operation.apply', project })
})

test('the hook after the commit is told that replicas are to be flushed, if whoever submitted says so', async () => {
  const { project, client } = fleet
  const mutation = { type: 'create_model', name: 'told' } as const
  await fleet.waitFor(await client.apply(project, mutation, withPhysicalDDLRequired({ operationId: 'told' })))
  const told = hooks.afterCommitContexts.filter((_, index) => hooks.afterCommitCalls[index]?.id === 'told')
  expect(told).toEqual([{ physicalDDLRequired: true }])
  expect(hooks.afterCommitContexts[0]).toEqual({ physicalDDLRequired: false })
  expect(hooks.cached.get(project)).toMatchObject({ generation: (await client.showProject(project)).revision })
})

test('whoever may not steer an operation is told so, and the operation goes on as it was', async () => {
  const { project, client } = fleet
  const waves = { canary: ['ada'], waves: [100], soakMs: 3_600_000 }
  const operation = await client.apply(project, { type: 'create_model', name: 'soaking' }, waves)
  await expect
    .poll(async () => (await operation.tenants()).tenants.map(({ state }) => state), { timeout: 30_000 })
    .toEqual(['succeeded', 'pending'])
  hooks.forbid(FORBIDDEN.message)
  await expect(operation.pause(eve)).rejects.toMatchObject(FORBIDDEN)
  await expect(operation.abort(eve)).rejects.toMatchObject(FORBIDDEN)
  await expect(operation.skipTenant({ tenant: 'bob', reason: 'late', ...eve })).rejects.toMatchObject(FORBIDDEN)
  await expect(operation.setParallelism({ parallel: 1, ...eve })).rejects.toMatchObject(FORBIDDEN)
  await expect(operation.promoteWave(eve)).rejects.toMatchObject(FORBIDDEN)
  expect(await operation.show()).toMatchObject({ status: 'applying', paused: false })
  hooks.allow()
  await operation.pause(eve)
  expect(await operation.show()).toMatchObject({ paused: true })
  await operation.resume(eve)
  expect(await fleet.waitFor(operation)).toMatchObject({ status: 'committed', tenants: { succeeded: 2 } })
})

test('a decision about a held operation is refused, by Update and by Signal, if its author may not decide', async () => {
  const { project, client } = fleet
  bobFails = true
  const options = { operationId: 'held', onTenantFailure: 'hold', ...eve } as const
  const operation = await client.apply(project, { type: 'create_model', name: 'held' }, options)
  await untilIs(operation, 'needs_repair', 'tenant_ddl')
  hooks.forbid(FORBIDDEN.message, 'operation.repair', 'operation.retry_tenants')
  await expect(operation.repair({ action: 'compensate', ...eve })).rejects.toMatchObject(FORBIDDEN)
  await expect(operation.retryTenants(eve)).rejects.toMatchObject(FORBIDDEN)
  const workflow = fleet.environment.client.workflow.getHandle(operationWorkflowId(project, 'held'))
  await workflow.signal('repair', { action: 'compensate', ...eve })
  await expect
    .poll(async () => (await operation.show()).refused, { timeout: 30_000 })
    .toMatchObject({ actor: 'eve', text: `"compensate": ${FORBIDDEN.message}` })
  expect(await operation.show()).toMatchObject({ status: 'needs_repair' })
  hooks.allow()
  bobFails = false
  await operation.repair({ action: 'retry', ...eve })
  expect(await fleet.waitFor(operation)).toMatchObject({ status: 'committed' })
})

const place = (id: string): ListedTenant => ({ id, server: 'alpha', namespace: `${fleet.project}_${id}` })

test('tenants of the list of an embedder join an operation at its beginning and at its end; while the list throws, it waits', async () => {
  const { project, client } = fleet
  await client.setProject(project, ['tenants_from=hook'])
  hooks.list(project, ['ada', 'bob', 'cem'].map(place))
  hooks.failListTenants(2, new Error('the directory is away'))
  const calls = hooks.listTenantsCalls.length
  // One more has come when the tenants are at work.
  whenApplied = () => hooks.list(project, ['ada', 'bob', 'cem', 'dan'].map(place))
  const operation = await client.apply(project, { type: 'create_model', name: 'listed' })
  await expect
    .poll(async () => (await operation.show()).waits_on, { timeout: 30_000 })
    .toMatchObject({ work: 'syncTenants', error_code: 'TENANT_LIST_UNAVAILABLE' })
  const { status, tenants, revision } = await fleet.waitFor(operation)
  expect([status, tenants.succeeded]).toEqual(['committed', 4])
  expect(hooks.listTenantsCalls.length - calls).toBe(4)
  const rows = await client.listTenants(project)
  expect(rows.map(({ id, state, revision: at }) => [id, state, at])).toEqual(
    ['ada', 'bob', 'cem', 'dan'].map((id) => [id, 'active', revision]),
  )
})

test('a list that lacks too many refuses the operation before anything is changed', async () => {
  const { project, client } = fleet
  whenApplied = () => {}
  hooks.list(project, [place('ada')])
  const operation = await client.apply(project, { type: 'create_model', name: 'refused' })
  expect(await fleet.waitFor(operation)).toMatchObject({ status: 'failed', error_code: 'TENANTS_MISSING' })
  const revisions = async () => (await client.listTenants(project)).map(({ state, revision }) => `${state} ${revision}`)
  const before = await revisions()
  expect(new Set(before)).toEqual(new Set([`active ${(await client.showProject(project)).revision}`]))
  // Seen only when the tenants were changed, it is undone.
  hooks.list(project, ['ada', 'bob', 'cem', 'dan'].map(place))
  whenApplied = () => hooks.list(project, [place('ada')])
  const undone = await fleet.waitFor(await client.apply(project, { type: 'create_model', name: 'undone' }))
  whenApplied = () => {}
  expect(undone).toMatchObject({ status: 'failed', error_code: 'TENANTS_MISSING', tenants: { compensated: 4 } })
  expect(undone.error).toMatch(/^tenant schema propagation: The list of tenants lacks 3 of the 4/)
  expect(await revisions()).toEqual(before)
  await client.setProject(project, ['tenants_from=catalog'])
  const calls = hooks.listTenantsCalls.length
  await fleet.waitFor(await client.apply(project, { type: 'create_model', name: 'unlisted' }))
  expect(hooks.listTenantsCalls).toHaveLength(calls)
})

test('a worker without the hook leaves the operations of such a project to one that has it', async () => {
  const { project, client } = fleet
  hooks.list(project, ['ada', 'bob', 'cem', 'dan'].map(place))
  const config = { ...fleet.config, taskQueue: 'mixed' }
  const options = {
    dsn: () => fleet.targetsUrl,
    workflowBundlePath: inject('workflowBundlePath'),
    shutdownGraceMs: 100,
  }
  const mixed = await connectSchemaSaga({ config })
  const workers = [await runWorker(config, options)]
  try {
    await client.setProject(project, ['tenants_from=hook'])
    const operation = await mixed.apply(project, { type: 'create_model', name: 'mixed' })
    await expect
      .poll(async () => (await operation.show()).waits_on, { timeout: 30_000 })
      .toMatchObject({ work: 'syncTenants', error_code: 'HOOK_MISSING' })
    workers.push(await runWorker(config, { ...options, hooks: { listTenants: hooks.listTenants } }))
    expect(await fleet.waitFor(operation)).toMatchObject({ status: 'committed', tenants: { succeeded: 4 } })
  } finally {
    await client.setProject(project, ['tenants_from=catalog'])
    await Promise.all(workers.map((worker) => worker.stop()))
    await mixed.close()
  }
})

test('a tenant that did not come about says why, and the log of the workflow which place could not be cleared away', async () => {
  const { project, client } = fleet
  warnings.length = 0
  await expect(client.addTenant(project, { id: 'fay', server: 'alpha' })).rejects.toMatchObject({
    code: 'STATEMENT_REFUSED',
    message: 'a type is missing',
  })
  const message = 'what a failed provisioning left could not be removed'
  const place = { tenant: 'fay', server: 'alpha', namespace: `${project}_fay` }
  expect(warnings).toContainEqual(expect.objectContaining({ message, project, ...place, code: 'TARGET_UNREACHABLE' }))
})
