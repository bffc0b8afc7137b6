import { type WorkflowHandle, WorkflowNotFoundError, WorkflowUpdateFailedError } from '@temporalio/client'
import { beforeEach, describe, expect, test } from 'vitest'
import { operationHandle } from '../../../src/client/operation.ts'
import type { OperationHandle } from '../../../src/client/operationHandle.ts'
import { projectOfUnopened } from '../../../src/client/unopened.ts'
import type { OperationStatus } from '../../../src/contract.ts'
import { useLedger } from '../../postgres/catalog/ledger.ts'
import { applicationFailure, failedWorkflow, unanswered } from '../failures.ts'

const ledger = useLedger()

/** What was asked of the operation's workflow, and of whoever starts attempts. */
let asked: unknown[]
let workflow: Partial<WorkflowHandle>
let startAttempt: (after: number) => Promise<void>
beforeEach(() => {
  asked = []
  workflow = {
    signal: async (name, ...args: unknown[]) => void asked.push(['signal', name, ...args]),
    executeUpdate: (async (name: string, options: unknown) => void asked.push(['update', name, options])) as never,
  }
  startAttempt = async () => undefined
})

function handleOf(id: string): OperationHandle {
  return operationHandle(id, {
    catalog: ledger.pool,
    allowTexts: async () => undefined,
    workflow: async () => workflow as WorkflowHandle,
    startAttempt: async (after, actor) => {
      asked.push(['attempt', after, actor])
      await startAttempt(after)
    },
  })
}

/** An operation with that status in the ledger. */
async function having(status: OperationStatus, errorCode: string | null = null): Promise<OperationHandle> {
  const id = await ledger.planned('1')
  await become(id, status, errorCode)
  return handleOf(id)
}

async function become(id: string, status: OperationStatus, errorCode: string | null = null): Promise<void> {
  await ledger.pool.query(
    'update schema_saga.operation set status = $2, error_code = $3, error = case when $3::text is null then null else $4 end where id = $1',
    [id, status, errorCode, 'For a reason.'],
  )
}

async function nextAttempt(id: string): Promise<void> {
  await ledger.pool.query(`update schema_saga.operation set attempt = attempt + 1, status = 'pending' where id = $1`, [
    id,
  ])
}

/** A workflow that ended without a row in the ledger: its first activity refused it. */
const refusedWorkflow: Partial<WorkflowHandle> = {
  describe: async () => ({ status: { name: 'FAILED' } }) as never,
  result: () =>
    Promise.reject(failedWorkflow(applicationFailure('RequestRefused', 'PROJECT_NOT_FOUND', 'No project.'))),
}

describe('the result of an operation', () => {
  test('is its record once it has committed', async () => {
    const handle = handleOf(await ledger.committed('1', 'food'))
    expect(await handle.result()).toMatchObject({ id: handle.id, status: 'committed', revision: 1 })
  })

  test.each([
    ['failed', 'OperationFailed'],
    ['cancelled', 'OperationFailed'],
    ['needs_repair', 'OperationNeedsRepair'],
  ] as const)('is an error with the record when it ended %s', async (status, name) => {
    const handle = await having(status, 'LOCK_UNAVAILABLE')
    await expect(handle.result()).rejects.toMatchObject({
      name,
      code: 'LOCK_UNAVAILABLE',
      message: 'For a reason.',
      operation: { id: handle.id, status },
    })
  })

  test('is waited for while the operation works', async () => {
    const handle = await having('applying')
    const result = handle.result()
    await become(handle.id, 'committed')
    expect(await result).toMatchObject({ status: 'committed' })
  })

  test('is the failure of its workflow where that ended without a record', async () => {
    workflow = refusedWorkflow
    await expect(handleOf('nobody').result()).rejects.toMatchObject({
      name: 'RequestRefused',
      code: 'PROJECT_NOT_FOUND',
    })
  })
})

describe('who watches an operation', () => {
  test('sees each change once, and the end', async () => {
    const handle = await having('applying')
    const seen: string[] = []
    for await (const { status } of handle.watch()) {
      seen.push(status)
      if (status === 'applying') await become(handle.id, 'compensating')
      if (status === 'compensating') await become(handle.id, 'failed')
    }
    expect(seen).toEqual(['applying', 'compensating', 'failed'])
  })

  test('is told of the failure where no record ever comes', async () => {
    workflow = refusedWorkflow
    await expect(handleOf('nobody').watch()[Symbol.asyncIterator]().next()).rejects.toMatchObject({
      code: 'PROJECT_NOT_FOUND',
    })
  })
})

const unknown = (): Promise<never> => Promise.reject(new WorkflowNotFoundError('no such workflow', 'any', undefined))

test('an operation that does not exist can be neither shown nor steered', async () => {
  workflow.describe = unknown
  const handle = handleOf('nobody')
  const calls = [handle.show(), handle.pause(), handle.abort(), handle.retry(), handle.repair({ action: 'retry' })]
  for (const refused of await Promise.allSettled(calls)) {
    expect(refused).toMatchObject({ status: 'rejected' })
    expect((refused as PromiseRejectedResult).reason).toMatchObject({
      name: 'RequestRefused',
      code: 'OPERATION_NOT_FOUND',
      message: 'Operation "nobody" does not exist.',
    })
  }
  expect(asked).toEqual([])
})

describe('a repair', () => {
  test('is an update of an operation that needs one', async () => {
    const handle = await having('needs_repair')
    await handle.repair({ action: 'park', actor: 'rosa', note: 'later' })
    expect(asked).toEqual([['update', 'repair', { args: [{ action: 'park', actor: 'rosa', note: 'later' }] }]])
  })

  test.each(['applying', 'committed'] as const)('is refused to one that is %s', async (status) => {
    const handle = await having(status)
    await expect(handle.repair({ action: 'retry' })).rejects.toMatchObject({
      code: 'NOT_APPLICABLE',
      message: `Operation "${handle.id}" is ${status}: there is nothing to repair.`,
    })
    expect(asked).toEqual([])
  })
})

describe('what an operation shows', () => {
  const failing = (message: string, code: string, attempt = 7) => ({
    activityType: { name: 'recordStep' },
    attempt,
    lastFailure: {
      message,
      applicationFailureInfo: { details: { payloads: [{ data: Buffer.from(JSON.stringify({ code })) }] } },
    },
  })
  const described = (raw: object) =>
    (async () => ({ status: { name: 'RUNNING' }, startTime: new Date(), raw })) as never

  test('is what it tries again, also where a child of a child does', async () => {
    const handle = await having('applying')
    const seen: (string | undefined)[] = []
    const raws: Record<string, object> = {
      root: { pendingChildren: [{ workflowId: 'cohort' }] },
      cohort: { pendingChildren: [{ workflowId: 'tenant' }] },
      tenant: { pendingActivities: [failing('permission denied', 'CATALOG_MISMATCH')] },
    }
    const waiting = operationHandle(handle.id, {
      catalog: ledger.pool,
      allowTexts: async () => undefined,
      startAttempt: async () => undefined,
      workflow: async (id) => {
        seen.push(id)
        return { describe: described(raws[id ?? 'root'] ?? {}) } as Partial<WorkflowHandle> as WorkflowHandle
      },
    })
    expect((await waiting.show()).waits_on).toEqual({
      work: 'recordStep',
      tries: 7,
      error_code: 'CATALOG_MISMATCH',
      error: 'permission denied',
      advice: expect.stringContaining('schema-saga init'),
    })
    expect(seen).toEqual([undefined, 'cohort', 'tenant'])
  })

  test('is what was submitted and why no worker can record it, while there is no record', async () => {
    const input = { project: 'shop', operationId: 'new', mutation: { type: 'add_field' }, actor: 'rosa' }
    const payloads = [{ data: Buffer.from(JSON.stringify(input)) }]
    workflow.describe = described({ pendingActivities: [failing('no such column', 'CATALOG_MISMATCH')] })
    workflow.fetchHistory = async () =>
      ({ events: [{ workflowExecutionStartedEventAttributes: { input: { payloads } } }] }) as never
    expect(await handleOf('new').show()).toMatchObject({
      id: 'new',
      project: 'shop',
      type: 'add_field',
      status: 'pending',
      actor: 'rosa',
      waits_on: { error_code: 'CATALOG_MISMATCH', error: 'no such column' },
    })
    const running = async (id: string): Promise<WorkflowHandle> =>
      ({
        describe: id === `schema/${ledger.project}/new` ? workflow.describe : unknown,
      }) as never
    expect(await projectOfUnopened(ledger.pool, running, 'new')).toBe(ledger.project)
    expect(await projectOfUnopened(ledger.pool, running, 'other')).toBeNull()
  })

  const LONG_AGO = { seconds: Math.floor(Date.now() / 1_000) - 60 }

  test('is whatever fails among many children that do not', async () => {
    const handle = await having('applying')
    const ids = Array.from({ length: 20 }, (_, n) => `child ${n}`)
    const waiting = operationHandle(handle.id, {
      catalog: ledger.pool,
      allowTexts: async () => undefined,
      startAttempt: async () => undefined,
      workflow: async (id) => {
        const failed = { pendingActivities: [failing('an unknown error', 'CATALOG_FAILED')] }
        const children = { pendingChildren: ids.map((workflowId) => ({ workflowId })) }
        return { describe: described(id === undefined ? children : id === 'child 17' ? failed : {}) } as never
      },
    })
    expect((await waiting.show()).waits_on).toMatchObject({ error_code: 'CATALOG_FAILED' })
  })

  test.each([
    ['a task of the workflow', { pendingWorkflowTask: { state: 1, attempt: 1, originalScheduledTime: LONG_AGO } }],
    [
      'an activity',
      {
        pendingActivities: [{ activityType: { name: 'countTenants' }, attempt: 1, state: 1, scheduledTime: LONG_AGO }],
      },
    ],
    [
      'what a worker has let lie',
      {
        pendingActivities: [
          { activityType: { name: 'countTenants' }, attempt: 2, lastFailure: { timeoutFailureInfo: {}, message: 'x' } },
        ],
      },
    ],
  ])('is that no worker takes it up: %s', async (_, raw) => {
    const handle = await having('applying')
    workflow.describe = described(raw)
    expect((await handle.show()).waits_on).toMatchObject({
      error_code: 'NO_WORKER',
      advice: expect.stringContaining('schema-saga worker'),
    })
  })

  test('is nothing while a worker has it, or has had a moment only', async () => {
    const handle = await having('applying')
    const now = { seconds: Math.floor(Date.now() / 1_000) }
    workflow.describe = described({
      pendingWorkflowTask: { state: 1, attempt: 1, originalScheduledTime: now },
      pendingActivities: [{ attempt: 1, state: 2, scheduledTime: LONG_AGO }],
    })
    expect((await handle.show()).waits_on).toBeNull()
  })

  test.each([
    [
      { step: 'settle', problems: [{ scope: '', errorCode: 'STATEMENT_REFUSED', error: 'no right to drop it' }] },
      { work: 'settle', error_code: 'STATEMENT_REFUSED', error: 'no right to drop it' },
    ],
    [
      { step: 'tenant_ddl', problems: [], wave: { number: 1, of: 3, soaking: true } },
      { work: 'soak', error_code: 'SOAKING', advice: expect.stringContaining('promote-wave') },
    ],
    [{ step: 'settle', problems: [] }, null],
  ])('is what the workflow says of it while nothing is under way: %j', async (progress, shown) => {
    const handle = await having('applying')
    workflow.describe = described({})
    workflow.query = (async () => ({ status: 'applying', wave: null, paused: false, ...progress })) as never
    const { waits_on } = await handle.show()
    if (shown === null) expect(waits_on).toBeNull()
    else expect(waits_on).toMatchObject(shown)
  })

  test('is that no workflow drives it, unless it has ended meanwhile', async () => {
    const handle = await having('applying')
    workflow.describe = (async () => ({ status: { name: 'TERMINATED' }, raw: {} })) as never
    const gone = { error_code: 'RUN_GONE', advice: expect.stringContaining('reconcile') }
    expect((await handle.show()).waits_on).toMatchObject(gone)
    workflow.describe = unknown
    expect((await handle.show()).waits_on).toMatchObject(gone)
    workflow.describe = (async () => {
      await become(handle.id, 'committed')
      return { status: { name: 'COMPLETED' }, raw: {} }
    }) as never
    expect(await handle.show()).toMatchObject({ status: 'committed', waits_on: null })
  })

  test('is that work which is no operation has the turn', async () => {
    const handle = await having('pending')
    await ledger.pool.query(`update schema_saga.operation set turn = 'waiting' where id = $1`, [handle.id])
    await ledger.pool.query(
      `update schema_saga.project set maintenance_by = 'drift-repair', maintenance_until = now() + interval '1 minute' where id = $1`,
      [ledger.project],
    )
    expect(await handle.show()).toMatchObject({ waits_for: 'drift-repair', waits_for_status: null })
  })

  test('is that its code fails, and nothing where Temporal does not answer', async () => {
    const handle = await having('applying')
    workflow.describe = described({ pendingWorkflowTask: { attempt: 9 } })
    expect((await handle.show()).waits_on).toMatchObject({ work: 'workflow task', tries: 9 })
    workflow.describe = () => Promise.reject(unanswered())
    expect((await handle.show()).waits_on).toBeNull()
  })

  test('is neither a record nor that there is none where Temporal, who alone may know of it, does not answer', async () => {
    workflow.describe = () => Promise.reject(unanswered())
    const trouble = { code: 'TEMPORAL_UNREACHABLE', message: 'Temporal does not answer: the connection was refused.' }
    await expect(handleOf('new').show()).rejects.toMatchObject(trouble)
    await expect(projectOfUnopened(ledger.pool, async () => workflow as WorkflowHandle, 'new')).rejects.toMatchObject(
      trouble,
    )
    workflow.describe = described({})
    workflow.fetchHistory = () => Promise.reject(unanswered(4, 'Deadline exceeded'))
    const late = { message: 'Temporal does not answer: no answer came in time.' }
    await expect(handleOf('new').show()).rejects.toMatchObject(late)
  })

  test('is the decision that was ignored last, until it is over', async () => {
    const handle = await having('needs_repair')
    await ledger.catalog.audit({ operationId: handle.id, actor: 'rosa', action: 'repair_ignored', note: 'No sense.' })
    expect((await handle.show()).refused).toMatchObject({ actor: 'rosa', text: 'No sense.' })
    await become(handle.id, 'failed')
    expect((await handle.show()).refused).toBeNull()
  })
})

describe('another attempt', () => {
  test.each(['failed', 'cancelled'] as const)(
    'of an operation that is %s is started, and waited for',
    async (status) => {
      const handle = await having(status)
      startAttempt = () => nextAttempt(handle.id)
      await handle.retry({ actor: 'rosa' })
      expect(asked).toEqual([['attempt', 1, 'rosa']])
      expect(await handle.show()).toMatchObject({ attempt: 2 })
    },
  )

  test('of an undo is an update', async () => {
    const handle = await having('needs_repair')
    workflow.executeUpdate = (async (...call: unknown[]) => {
      asked.push(call)
      await nextAttempt(handle.id)
    }) as never
    await handle.retry({ actor: 'rosa', note: 'the server is back' })
    expect(asked).toEqual([['repair', { args: [{ action: 'retry', actor: 'rosa', note: 'the server is back' }] }]])
  })

  test('of an operation that waits for its cache is not needed: its commit is waited for', async () => {
    const handle = handleOf(await ledger.planned('1'))
    await ledger.catalog.persistSchema({ operationId: handle.id, attempt: 1 })
    await become(handle.id, 'needs_repair', 'CACHE_UNAVAILABLE')
    const retried = handle.retry()
    // Whoever asked first has read the ledger first.
    await handle.show()
    await become(handle.id, 'committed')
    await retried
    expect(asked).toEqual([])
  })

  test('of an undo that no workflow drives says how it is started again', async () => {
    const handle = await having('needs_repair')
    workflow.executeUpdate = () => Promise.reject(new WorkflowNotFoundError('gone', handle.id, undefined))
    await expect(handle.retry()).rejects.toMatchObject({
      code: 'RUN_GONE',
      message: expect.stringContaining('reconcile'),
    })
  })

  test.each([
    ['committed', 'ALREADY_COMMITTED'],
    ['applying', 'IN_PROGRESS'],
    ['compensating', 'IN_PROGRESS'],
  ] as const)('of an operation that is %s is refused with %s', async (status, code) => {
    const handle = await having(status)
    await expect(handle.retry()).rejects.toMatchObject({ name: 'RequestRefused', code })
    expect(asked).toEqual([])
  })
})

describe('an operation is steered by updates', () => {
  const SKIP = { tenant: 't1', reason: 'moves away', actor: 'rosa' }
  const cases: readonly [string, (handle: OperationHandle) => Promise<void>, unknown][] = [
    ['pause', (handle) => handle.pause(), {}],
    ['resume', (handle) => handle.resume({ actor: 'rosa' }), { actor: 'rosa' }],
    ['abort', (handle) => handle.abort({ reason: 'wrong model' }), { reason: 'wrong model' }],
    ['skipTenant', (handle) => handle.skipTenant(SKIP), SKIP],
    ['retryTenants', (handle) => handle.retryTenants({ tenants: ['t1'] }), { tenants: ['t1'] }],
    ['setParallelism', (handle) => handle.setParallelism({ parallel: 8 }), { parallel: 8 }],
    ['promoteWave', (handle) => handle.promoteWave(), {}],
  ]

  test.each(cases)('%s', async (name, steer, request) => {
    await steer(await having('applying'))
    expect(asked).toEqual([['update', name, { args: [request] }]])
  })

  test.each(cases)('%s is refused once it is over', async (name, steer) => {
    const handle = await having('failed')
    const verb = name === 'abort' ? 'aborted' : 'steered'
    await expect(steer(handle)).rejects.toMatchObject({
      code: 'NOT_APPLICABLE',
      message: `Operation "${handle.id}" is failed: it cannot be ${verb} any more.`,
    })
    expect(asked).toEqual([])
  })

  test('a refusal of the workflow keeps its code', async () => {
    const refused = applicationFailure('RequestRefused', 'TENANT_NOT_FOUND', 'There is no tenant "t9".')
    workflow.executeUpdate = () => Promise.reject(new WorkflowUpdateFailedError('refused', refused))
    await expect((await having('applying')).skipTenant({ tenant: 't9', reason: '' })).rejects.toMatchObject({
      name: 'RequestRefused',
      code: 'TENANT_NOT_FOUND',
      message: 'There is no tenant "t9".',
    })
  })

  test('whoever aborts a held operation waits until it is held no more', async () => {
    const handle = await having('needs_repair', 'HELD')
    let aborted = false
    const abort = handle.abort().then(() => {
      aborted = true
    })
    await expect.poll(() => asked.length).toBe(1)
    expect(aborted).toBe(false)
    await become(handle.id, 'compensating')
    await abort
  })
})

test('the history and the tenants of an operation are those of the ledger', async () => {
  await ledger.addTenant('t1')
  await ledger.addTenant('t2')
  const handle = handleOf(await ledger.committed('1', 'food', ['t1', 't2']))
  expect(await handle.history()).toMatchObject({
    operation: { id: handle.id, status: 'committed' },
    request: { type: 'create_model', name: 'food' },
    schema_before: { models: [] },
    schema_after: { models: [{ name: 'food' }] },
  })
  const first = await handle.tenants({ limit: 1 })
  expect(first).toMatchObject({ tenants: [{ scope: 't1', state: 'succeeded' }], next: 't1' })
  expect(await handle.tenants({ cursor: 't1' })).toMatchObject({ tenants: [{ scope: 't2' }], next: null })
})
