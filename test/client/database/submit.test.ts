import { WorkflowExecutionAlreadyStartedError, type WorkflowHandle } from '@temporalio/client'
import { describe, expect, test } from 'vitest'
import { submit, submitAgain } from '../../../src/client/submit.ts'
import { defaultActor } from '../../../src/config.ts'
import { useLedger } from '../../postgres/catalog/ledger.ts'
import { applicationFailure, failedWorkflow } from '../failures.ts'
import { type Answers, type Call, CONFIG, temporalStub } from '../temporalStub.ts'

const ledger = useLedger()

const FOOD = { type: 'create_model', name: 'food' } as const
const DRINK = { type: 'create_model', name: 'drink' } as const

/** Where a client submits, and what it has asked of Temporal. */
function desk(answers: Answers = {}): { deps: Parameters<typeof submit>[0]; calls: Call[] } {
  const { temporal, calls } = temporalStub(answers)
  return { deps: { config: CONFIG, catalog: ledger.pool, temporal }, calls }
}

const started = (operationId: string, input: object, summary = 'create_model'): Call => [
  'start',
  'applySchemaMutation',
  {
    workflowId: `schema/${ledger.project}/${operationId}`,
    taskQueue: 'saga-test',
    workflowIdConflictPolicy: 'FAIL',
    staticSummary: `${summary} on ${ledger.project}`,
    args: [{ project: ledger.project, operationId, ...input }],
  },
]

/** Temporal's answer when the operation's workflow runs already. */
function underWay(): never {
  throw new WorkflowExecutionAlreadyStartedError('already started', 'schema/shop/op-1', 'applySchemaMutation')
}

describe('submitting a mutation', () => {
  test('starts the workflow of the operation with what was asked for', async () => {
    const { deps, calls } = desk({ start: () => ({}) })
    const options = { operationId: 'submit-1', actor: 'rosa', fanOut: 'sweep', parallel: 4 } as const
    expect(await submit(deps, ledger.project, FOOD, options)).toEqual({ operationId: 'submit-1' })
    const input = { mutation: FOOD, options: { fanOut: 'sweep', parallel: 4 }, actor: 'rosa' }
    expect(calls).toEqual([started('submit-1', input)])
  })

  test('gives it a fresh id and the name of the OS user', async () => {
    const { deps, calls } = desk({ start: () => ({}) })
    const { operationId } = await submit(deps, ledger.project, FOOD, {})
    expect(operationId).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
    expect(calls).toEqual([started(operationId, { mutation: FOOD, options: {}, actor: defaultActor() })])
  })

  test.each<[string, string, unknown, object, object]>([
    ['an unknown project', 'nowhere', FOOD, {}, { name: 'RequestRefused', code: 'PROJECT_NOT_FOUND' }],
    ['a wrong mutation', '', { type: 'create_model' }, {}, { name: 'MutationRejected', path: 'name' }],
    ['a wrong id', '', FOOD, { operationId: 'a/b' }, { code: 'INPUT_INVALID', path: 'operationId' }],
    ['a wrong option', '', FOOD, { parallel: 0 }, { code: 'INPUT_INVALID', path: 'options.parallel' }],
  ])('with %s is refused before Temporal is asked', async (_, project, mutation, options, expected) => {
    const { deps, calls } = desk()
    await expect(submit(deps, project || ledger.project, mutation, options)).rejects.toMatchObject(expected)
    expect(calls).toEqual([])
  })

  test('that fails to start is an error', async () => {
    const { deps } = desk({
      start: () => {
        throw new Error('connection reset')
      },
    })
    await expect(submit(deps, ledger.project, FOOD, {})).rejects.toThrow('connection reset')
  })
})

describe('an id that the ledger knows', () => {
  test('is the same operation when the mutation is the same, and nothing is started', async () => {
    const operationId = await ledger.opened('1')
    const { deps, calls } = desk()
    const mutation = { name: 'food', type: 'create_model' }
    expect(await submit(deps, ledger.project, mutation, { operationId, parallel: 9 })).toEqual({ operationId })
    expect(calls).toEqual([])
  })

  test('belongs to another mutation otherwise, also one of another project', async () => {
    const operationId = await ledger.opened('1')
    const { deps } = desk()
    const conflict = {
      name: 'RequestRefused',
      code: 'IDEMPOTENCY_CONFLICT',
      message: `Operation id "${operationId}" belongs to another mutation: use a new id.`,
    }
    await expect(submit(deps, ledger.project, DRINK, { operationId })).rejects.toMatchObject(conflict)
    const other = await ledger.newProject()
    await expect(submit(deps, other, FOOD, { operationId })).rejects.toMatchObject(conflict)
  })
})

describe('two who submit one id at the same moment', () => {
  test('are one operation once the ledger says that they meant the same', async () => {
    const operationId = `${ledger.project}-1`
    const { deps, calls } = desk({ start: underWay })
    const second = submit(deps, ledger.project, FOOD, { operationId })
    await expect.poll(() => calls.length).toBe(2)
    await ledger.opened('1')
    expect(await second).toEqual({ operationId })
    expect(calls[1]).toEqual(['getHandle', `schema/${ledger.project}/${operationId}`])
  })

  test('are in conflict when they meant something else', async () => {
    const operationId = `${ledger.project}-1`
    const { deps, calls } = desk({ start: underWay })
    const second = submit(deps, ledger.project, DRINK, { operationId })
    const refused = expect(second).rejects.toMatchObject({ code: 'IDEMPOTENCY_CONFLICT' })
    await expect.poll(() => calls.length).toBe(2)
    await ledger.opened('1')
    await refused
  })

  test('have the failure of the first one, where that leaves no row', async () => {
    const refused = applicationFailure('MutationRejected', 'MODEL_EXISTS', 'model "food" is already defined', 'name')
    const handle: Partial<WorkflowHandle> = {
      describe: async () => ({ status: { name: 'FAILED' } }) as never,
      result: () => Promise.reject(failedWorkflow(refused)),
    }
    const { deps } = desk({ start: underWay, handle })
    await expect(submit(deps, ledger.project, FOOD, { operationId: 'lost' })).rejects.toMatchObject({
      name: 'MutationRejected',
      code: 'MODEL_EXISTS',
      path: 'name',
    })
  })
})

describe('submitting an operation again', () => {
  test('starts its next attempt with the mutation and the options of the ledger', async () => {
    const operationId = `${ledger.project}-1`
    const options = { onTenantFailure: 'park', maxParked: 2 } as const
    await ledger.catalog.openOperation({ ...ledger.request(operationId), options })
    const { deps, calls } = desk({ start: () => ({}) })
    await submitAgain(deps, operationId, 1, 'rosa')
    expect(calls).toEqual([started(operationId, { mutation: FOOD, options, actor: 'rosa', retryOf: 1 })])
  })

  test('does no harm when somebody else was faster', async () => {
    const operationId = await ledger.opened('1')
    await ledger.pool.query('update schema_saga.operation set attempt = 2 where id = $1', [operationId])
    const { deps, calls } = desk({ start: underWay })
    await submitAgain(deps, operationId, 1)
    expect(calls.map(([name]) => name)).toEqual(['start'])
  })

  test('waits for the run of the attempt before, which ends a moment after the ledger says so', async () => {
    const operationId = await ledger.opened('1')
    let tries = 0
    const { deps } = desk({
      start: () => {
        tries += 1
        return tries < 3 ? underWay() : {}
      },
    })
    await submitAgain(deps, operationId, 1)
    expect(tries).toBe(3)
  })

  test('wants an operation that exists', async () => {
    await expect(submitAgain(desk().deps, 'nobody', 1)).rejects.toMatchObject({ code: 'OPERATION_NOT_FOUND' })
  })
})
