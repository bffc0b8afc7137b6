import { MockActivityEnvironment } from '@temporalio/testing'
import { expect, onTestFinished, test, vi } from 'vitest'
import { type Capability, createActivities, type Hooks } from '../../src/activities/index.ts'
import { NOT_LISTED } from '../../src/activities/tenantList/compareTenants.ts'
import { RECONCILER } from '../../src/contract/reconcile.ts'
import type { AllActivities } from '../../src/contract.ts'
import { fakeHooks } from '../../src/testing.ts'
import { useLedger } from '../postgres/catalog/ledger.ts'

const ledger = useLedger()

async function withHooks<T>(hooks: Hooks, work: (activities: AllActivities) => Promise<T>): Promise<T> {
  const { activities, close } = createActivities({ catalog: ledger.pool, dsn: () => undefined, hooks })
  try {
    return await work(activities)
  } finally {
    await close()
  }
}

const forbidding = (thrown: unknown): Hooks => ({
  authorize: async () => {
    throw thrown
  },
})

/** How many rows of anything the project has, but for what made it. */
async function rowsOf(project: string): Promise<unknown> {
  const { rows } = await ledger.pool.query(
    `select (select count(*) from schema_saga.operation where project_id = $1)::int as operations,
            (select count(*) from schema_saga.tenant where project_id = $1)::int as tenants,
            (select count(*) from schema_saga.audit where project_id = $1 and action <> 'project_create')::int as audited`,
    [project],
  )
  return rows[0]
}

function unreadable(): Error {
  const error = new Error('no')
  for (const key of ['message', 'name']) {
    Object.defineProperty(error, key, {
      get: () => {
        throw new Error('nor this')
      },
    })
  }
  return error
}

const NOTHING = { operations: 0, tenants: 0, audited: 0 }

test('what the embedder forbids is refused in its words before anything is recorded', async () => {
  const { project } = ledger
  const error = new Error('Eve may read,\n  and nothing else.')
  await withHooks(forbidding(error), async ({ openOperation, openProvisioning, openCatchUp }) => {
    const refusal = { name: 'RequestRefused', code: 'FORBIDDEN', message: 'Eve may read, and nothing else.' }
    await expect(openOperation({ ...ledger.request('1'), actor: 'eve' })).rejects.toMatchObject(refusal)
    const place = { project, scope: 'ada', server: 'a', namespace: 'ada', actor: 'eve' }
    await expect(openProvisioning(place)).rejects.toMatchObject(refusal)
    await expect(openCatchUp({ project, tenant: 'ada', actor: 'eve' })).rejects.toMatchObject(refusal)
  })
  expect(await rowsOf(project)).toEqual(NOTHING)
})

test('each tenant of a list is asked for, and one that is forbidden keeps all of them out', async () => {
  const { project } = ledger
  const asked: unknown[] = []
  const authorize: Hooks['authorize'] = async (actor, capability, _, request) => {
    asked.push([actor, capability, request])
    if (request.tenant === 'bob') throw new Error('No more than one.')
  }
  const tenants = ['ada', 'bob', 'cem'].map((id) => ({ id, server: 'a', namespace: id }))
  await withHooks({ authorize }, async ({ openProvisionings }) => {
    const opening = openProvisionings({ project, actor: 'eve', tenants })
    await expect(opening).rejects.toMatchObject({ code: 'FORBIDDEN', message: 'No more than one.' })
  })
  expect(asked).toEqual([
    ['eve', 'tenant.add', { tenant: 'ada', server: 'a', namespace: 'ada' }],
    ['eve', 'tenant.add', { tenant: 'bob', server: 'a', namespace: 'bob' }],
  ])
  expect(await rowsOf(project)).toEqual(NOTHING)
})

test.each([
  ['an endless message is cut', new Error('no '.repeat(10_000)), /^(no ){165}no\.\.\.$|^(no )+n?o?\.\.\.$/],
  ['an error without words', new Error(), /^eve may not do this \(operation\.apply\) in project "p\d+"\.$/],
  ['a text that is thrown', 'not today\0', /^not today$/],
  ['anything else that is thrown', { stack: 'secret' }, /^eve may not do this/],
  ['nothing that is thrown', undefined, /^eve may not do this/],
  ['an error whose message is no text', Object.assign(new Error('no'), { message: 7 }), /^eve may not do this/],
  ['an error of which nothing can be read', unreadable(), /^eve may not do this/],
])('a refusal is a sentence that everything can keep: %s', async (_, thrown, words) => {
  await withHooks(forbidding(thrown), async ({ openOperation }) => {
    const refused = openOperation({ ...ledger.request('1'), actor: 'eve' })
    await expect(refused).rejects.toMatchObject({ code: 'FORBIDDEN', message: expect.stringMatching(words) })
    await refused.catch(({ message }: Error) => expect(message.length).toBeLessThanOrEqual(500))
  })
})

test('a hook that answers false has refused, and one that changes what it is shown changes nothing else', async () => {
  const { project } = ledger
  const authorize = (async (actor: string, _: unknown, __: unknown, request: { mutation: { name: string } }) => {
    request.mutation.name = 'of the hook'
    return actor !== 'eve'
  }) as unknown as NonNullable<Hooks['authorize']>
  await withHooks({ authorize }, async ({ openOperation }) => {
    await expect(openOperation({ ...ledger.request('shown'), actor: 'eve' })).rejects.toMatchObject({
      code: 'FORBIDDEN',
      message: `eve may not do this (operation.apply) in project "${project}".`,
    })
    expect(await rowsOf(project)).toEqual(NOTHING)
    const request = { ...ledger.request('shown'), actor: 'ana' }
    expect(await openOperation(request)).toMatchObject({ summary: 'create_model food' })
    expect(request.mutation.name).toBe('food')
  })
})

test('a hook that never answers has refused: nobody waits for it for ever', async () => {
  const { project } = ledger
  const authorize = (): Promise<void> => new Promise(() => undefined)
  await withHooks({ authorize }, async ({ openProvisioning }) => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    onTestFinished(() => void vi.useRealTimers())
    const place = { project, scope: 'ada', server: 'a', namespace: 'ada', actor: 'eve' }
    const refused = openProvisioning(place).catch((error: unknown) => error)
    await vi.advanceTimersByTimeAsync(20_000)
    expect(await refused).toMatchObject({ code: 'FORBIDDEN', message: expect.stringContaining('within 20 s') })
    vi.useRealTimers()
  })
  expect(await rowsOf(project)).toEqual(NOTHING)
})

test('a request that is not well formed is refused as such, and nobody is asked', async () => {
  const hooks = fakeHooks()
  await withHooks(hooks, async ({ openOperation }) => {
    const request = { ...ledger.request('1'), mutation: { type: 'no_such' } }
    await expect(openOperation(request)).rejects.not.toMatchObject({ code: 'FORBIDDEN' })
  })
  expect(hooks.authorizeCalls).toEqual([])
})

test('what was allowed goes on without being asked for again, also in another run; a retry is asked for', async () => {
  const hooks = fakeHooks()
  const { project } = ledger
  // It waits for its turn, so that nobody asks Temporal how the run before it is.
  await ledger.opened('0', 'tea')
  await withHooks(hooks, async ({ openOperation, closeOperation }) => {
    const request = { ...ledger.request('1'), actor: 'ana' }
    expect(await openOperation(request)).toMatchObject({ authorizes: true })
    hooks.forbid('Not any more.')
    await openOperation({ ...request, runId: 'continued' })
    await openOperation({ ...ledger.request('1', 'food', 'another'), actor: 'ana' })
    await closeOperation({ operationId: '1', status: 'failed', error: 'no', errorCode: 'E' })
    const retry = { ...ledger.request('1', 'food', 'retry'), actor: 'bea', retryOf: 1 }
    await expect(openOperation(retry)).rejects.toMatchObject({ code: 'FORBIDDEN', message: 'Not any more.' })
    hooks.allow()
    expect(await openOperation(retry)).toMatchObject({ attempt: 2 })
  })
  const asked = hooks.authorizeCalls.map(({ actor, capability }) => `${actor} ${capability}`)
  expect(asked).toEqual(['ana operation.apply', 'bea operation.retry', 'bea operation.retry'])
  expect(hooks.authorizeCalls[0]).toMatchObject({
    project,
    request: { operationId: '1', mutation: { type: 'create_model', name: 'food' } },
  })
})

type Opening = (activities: AllActivities, project: string) => Promise<unknown>

const actor = 'eve'
const self = { actor: RECONCILER }
const dsn = { server: 'a', like: 'x%', actor }
const ASKED: readonly (readonly [Capability, Opening, project?: '*'])[] = [
  ['project.create', (on, project) => on.openProvisioning({ project, scope: '', server: 'a', namespace: 'b', actor })],
  ['tenant.add', (on, project) => on.openProvisioning({ project, scope: 't', server: 'a', namespace: 'b', actor })],
  ['tenant.unpark', (on, project) => on.openCatchUp({ project, tenant: 't', actor, from: 'parked' })],
  ['tenant.resume', (on, project) => on.openCatchUp({ project, tenant: 't', actor, from: 'suspended' })],
  ['tenant.catch_up', (on, project) => on.openCatchUp({ project, tenant: 't', actor })],
  ['project.catch_up', (on, project) => on.openBaseCatchUp({ project, actor })],
  ['tenant.import', (on, project) => on.importNamespaces({ project, ...dsn })],
  ['tenant.import', (on, project) => on.takeBaseline({ project, ...dsn, baseline: 'x1' })],
  ['set_aside.purge', (on, project) => on.purgeSetAside({ project, id: 'food', actor, now: true })],
  ['set_aside.restore', (on, project) => on.restoreSetAside({ project, id: 'food', actor })],
  ['project.reconcile', (on, project) => on.openReconcile({ project, id: 'r', trigger: 'person', actor })],
  ['project.reconcile', (on) => on.openReconcile({ id: 'r', trigger: 'person', actor }), '*'],
  ['project.reconcile', (on, project) => on.repairDriftInTurn({ project, scopes: ['t'], actor })],
  ['operation.abort', (on, project) => message(on, project, 'abort')],
  ['operation.pause', (on, project) => message(on, project, 'pause')],
  ['operation.resume', (on, project) => message(on, project, 'resume')],
  ['operation.skip_tenant', (on, project) => message(on, project, 'skipTenant')],
  ['operation.retry_tenants', (on, project) => message(on, project, 'retryTenants')],
  ['operation.set_parallelism', (on, project) => message(on, project, 'setParallelism')],
  ['operation.promote_wave', (on, project) => message(on, project, 'promoteWave')],
  ['operation.repair', (on, project) => message(on, project, 'repair')],
  ['operation.revert', revert],
  ['operation.apply', (on, project) => on.allowTexts({ project, actor, operationId: '1' })],
  ['project.create', (on, project) => on.dumpForBaseline({ project, actor, server: 'a', namespace: 'b' })],
  [
    'operation.apply',
    (on, project) => on.provePlan({ project, actor, mutation: { type: 'create_model', name: 'food' } }),
  ],
  [
    'operation.revert',
    (on, project) => on.provePlan({ project, actor, mutation: { type: 'revert', operation_id: '1' } }),
  ],
]

async function revert(on: AllActivities, project: string): Promise<unknown> {
  const { operationId } = ledger.request('r')
  return await on.openOperation({
    ...ledger.request('r'),
    project,
    operationId,
    mutation: { type: 'revert', operation_id: '1' },
    actor,
  })
}

async function message(
  on: AllActivities,
  project: string,
  name: string,
  request: { actor: string; action?: 'retry' | 'accept' } = { actor },
): Promise<unknown> {
  return await on.authorizeMessage({ project, operationId: '1', message: name, request })
}

test.each(ASKED.map(([capability, open, asked]) => ({ capability, open, asked })))(
  '$capability is asked for by the person and the project',
  async ({ capability, open, asked }) => {
    const hooks = fakeHooks()
    hooks.forbid('No.')
    const { project } = ledger
    await withHooks(hooks, async (activities) => {
      await expect(open(activities, project)).rejects.toMatchObject({ code: 'FORBIDDEN', message: 'No.' })
    })
    expect(hooks.authorizeCalls).toMatchObject([{ actor, capability, project: asked ?? project }])
    expect(await rowsOf(project)).toEqual(NOTHING)
  },
)

/** The same, by one who calls himself the reconciler. */
const BY_NAME: readonly (readonly [Capability, Opening])[] = [
  [
    'project.create',
    async (on, project) => {
      // As the client does before it asks a worker.
      await ledger.pool.query(
        `update schema_saga.project set base_server = 'a', base_namespace = 'b', base_ready = false where id = $1`,
        [project],
      )
      return await on.openProvisioning({ project, scope: '', server: 'a', namespace: 'b', ...self })
    },
  ],
  ['tenant.add', (on, project) => on.openProvisioning({ project, scope: 't', server: 'a', namespace: 'b', ...self })],
  ['tenant.resume', (on, project) => on.openCatchUp({ project, tenant: 'out', from: 'suspended', ...self })],
  ['tenant.unpark', (on, project) => on.openCatchUps({ project, after: '', tenants: undefined, ...self })],
  ['project.reconcile', (on, project) => on.repairDriftInTurn({ project, scopes: ['t'], ...self })],
  ['operation.abort', (on, project) => message(on, project, 'abort', self)],
  ['operation.repair', (on, project) => message(on, project, 'repair', { ...self, action: 'accept' })],
  ['operation.repair', (on, project) => message(on, project, 'repair', { ...self, action: 'retry' })],
]

test.each(BY_NAME.map(([capability, open]) => ({ capability, open })))(
  'nobody gets past $capability by calling himself the reconciler',
  async ({ capability, open }) => {
    const hooks = fakeHooks()
    hooks.forbid('No.')
    const { project, pool } = ledger
    await ledger.addTenant('out')
    const aside = `update schema_saga.tenant set state = 'suspended', reason = 'It has not paid.' where project_id = $1`
    await pool.query(aside, [project])
    await withHooks(hooks, async (activities) => {
      await expect(open(activities, project)).rejects.toMatchObject({ code: 'FORBIDDEN', message: 'No.' })
    })
    expect(hooks.authorizeCalls).toMatchObject([{ actor: RECONCILER, capability, project }])
  },
)

test('what the reconciler and the list of tenants do by themselves is not asked for', async () => {
  const hooks = fakeHooks()
  hooks.forbid('No.')
  const { project, pool } = ledger
  const place = { server: 'a', namespace: 'own' }
  await withHooks({}, ({ openProvisioning }) => openProvisioning({ project, scope: 't', ...place, actor: 'ana' }))
  const operationId = await ledger.opened('1')
  const waiting = `update schema_saga.operation set status = 'needs_repair', auto_repair_tries = 1 where project_id = $1`
  await pool.query(waiting, [project])
  await ledger.addTenant('back')
  const unlisted = `update schema_saga.tenant set state = 'suspended', reason = $2 where project_id = $1 and id = 'back'`
  await pool.query(unlisted, [project, NOT_LISTED])
  await withHooks(hooks, async (on) => {
    const scheduled = { project, id: 'r', trigger: 'schedule', dryRun: true } as const
    await new MockActivityEnvironment().run(on.openReconcile, scheduled)
    const request = { action: 'retry', ...self } as const
    await on.authorizeMessage({ project, operationId, message: 'repair', request })
    expect(await on.openProvisioning({ project, scope: 't', ...place, ...self })).toMatchObject({
      target: { scope: 't' },
    })
    expect(await on.openCatchUp({ project, tenant: 'back', from: 'suspended', ...self })).toMatchObject({
      target: { scope: 'back' },
    })
    await expect(on.openCatchUp({ project, tenant: 'x', onlyCause: 'failure' })).rejects.toMatchObject({
      code: 'TENANT_NOT_FOUND',
    })
  })
  expect(hooks.authorizeCalls).toEqual([])
})
