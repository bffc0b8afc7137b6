import { WorkflowNotFoundError, WorkflowUpdateFailedError } from '@temporalio/client'
import { NamespaceNotFoundError } from '@temporalio/common'
import { NativeConnection } from '@temporalio/worker'
import { describe, expect, test } from 'vitest'
import { asSagaError, registerSearchAttributes, temporalAccess, throwIfEnded } from '../../src/client/temporal.ts'
import {
  DataRejected,
  InputInvalid,
  MutationRejected,
  RequestRefused,
  SurroundingsMissing,
  TargetUnreachable,
} from '../../src/errors.ts'
import { temporalUnreachable } from '../../src/temporalTrouble.ts'
import { applicationFailure, failedWorkflow, grpcError, unanswered } from './failures.ts'
import { CONFIG, temporalStub } from './temporalStub.ts'

/** Codes of gRPC. */
const [INVALID_ARGUMENT, ALREADY_EXISTS, PERMISSION_DENIED] = [3, 6, 7]

describe('a failure of a workflow', () => {
  test.each([
    ['FIELD_EXISTS', MutationRejected],
    ['CATALOG_UNREACHABLE', SurroundingsMissing],
    ['TARGET_UNREACHABLE', TargetUnreachable],
    ['IN_PROGRESS', RequestRefused],
    ['DATA_REJECTED', DataRejected],
    ['INPUT_INVALID', InputInvalid],
  ])('%s reaches the caller in its class, with code, sentence and path', (code, Class) => {
    // The type is that of an earlier release: the code decides.
    const failure = applicationFailure('RequestRefused', code, 'It cannot be done.', 'field_label')
    const expected = { name: Class.name, code, message: 'It cannot be done.', path: 'field_label' }
    expect(asSagaError(failure)).toBeInstanceOf(Class)
    expect(asSagaError(failedWorkflow(failure))).toMatchObject(expected)
    expect(asSagaError(new WorkflowUpdateFailedError('refused', failure))).toMatchObject(expected)
    expect(asSagaError(failure)).toMatchObject(expected)
  })

  test('has no path where the failure has none', () => {
    const told = asSagaError(applicationFailure('RequestRefused', 'IN_PROGRESS', 'Not now.'))
    expect(told).toMatchObject({ code: 'IN_PROGRESS', path: undefined })
  })

  test('without a code of ours is unexpected', () => {
    for (const failure of [
      applicationFailure('TypeError', 'UNEXPECTED', 'An activity failed unexpectedly.'),
      failedWorkflow(
        Object.assign(applicationFailure('TypeError', '', 'An activity failed unexpectedly.'), { details: [] }),
      ),
    ]) {
      expect(asSagaError(failure)).toMatchObject({
        name: 'SagaError',
        code: 'UNEXPECTED',
        message: 'An activity failed unexpectedly.',
      })
    }
  })

  test('that Temporal does not know says so, and what is no failure of a workflow stays as it is', () => {
    expect(asSagaError(new WorkflowNotFoundError('not found', 'schema/shop/op-1', undefined))).toMatchObject({
      name: 'RequestRefused',
      code: 'OPERATION_NOT_FOUND',
    })
    const other = new Error('connection reset')
    expect(asSagaError(other)).toBe(other)
  })
})

describe('a call that Temporal does not answer', () => {
  test.each([
    [14, 'connect ECONNREFUSED 10.0.0.1:7233', 'the connection was refused'],
    [14, 'Connection dropped', 'the connection broke, or could not be made'],
    [4, 'Deadline exceeded', 'no answer came in time'],
    [8, 'namespace rate limit exceeded', 'it accepts no more requests at present'],
    [16, 'Jwt of Bearer 7c2 is expired', 'it refuses our credentials, or they do not allow this call'],
  ])('with status %i and "%s" says so, and nothing else that is in it', (code, details, reason) => {
    for (const error of [unanswered(code, details), grpcError(code, details)]) {
      expect(asSagaError(error)).toMatchObject({
        code: 'TEMPORAL_UNREACHABLE',
        message: `Temporal does not answer: ${reason}.`,
        details: { reason },
      })
    }
  })

  test('is no other answer to what was asked', () => {
    for (const status of [INVALID_ARGUMENT, ALREADY_EXISTS]) {
      const error = unanswered(status, 'no')
      expect(asSagaError(error)).toBe(error)
    }
  })

  test('because its namespace is missing says which setting is wrong', () => {
    expect(asSagaError(new NamespaceNotFoundError('shops'))).toMatchObject({
      code: 'SETTING_INVALID',
      message: expect.stringContaining('no namespace "shops"'),
    })
  })
})

describe('a workflow without a row in the ledger', () => {
  const handle = (name: string, result: () => Promise<unknown>) =>
    ({ describe: async () => ({ status: { name } }), result }) as unknown as Parameters<typeof throwIfEnded>[0]
  const refused = failedWorkflow(applicationFailure('RequestRefused', 'PROJECT_NOT_FOUND', 'There is no such project.'))

  test('is waited for while it runs', async () => {
    const unasked = () => Promise.reject(new Error('the result was asked for'))
    expect(await throwIfEnded(handle('RUNNING', unasked))).toBeUndefined()
  })

  test('answers with its failure once it has ended, and with nothing when it ended well', async () => {
    await expect(throwIfEnded(handle('FAILED', () => Promise.reject(refused)))).rejects.toMatchObject({
      name: 'RequestRefused',
      code: 'PROJECT_NOT_FOUND',
    })
    expect(await throwIfEnded(handle('COMPLETED', async () => 'done'))).toBeUndefined()
  })
})

describe('search attributes', () => {
  const ATTRIBUTES = ['SchemaProject', 'SchemaOperationType', 'SchemaOperationStatus', 'SchemaTenant']

  /** Registers with a server that answers each request in that way; returns what was asked of it. */
  async function registered(answer: () => Promise<unknown>): Promise<readonly unknown[]> {
    const asked: unknown[] = []
    const addSearchAttributes = async (request: unknown): Promise<unknown> => {
      asked.push(request)
      return await answer()
    }
    const { temporal } = temporalStub({ connection: { operatorService: { addSearchAttributes } } })
    await registerSearchAttributes(temporal, 'default')
    return asked
  }
  const ALL = ATTRIBUTES.map((name) => ({ namespace: 'default', searchAttributes: { [name]: 2 } }))

  test('are registered one by one as keywords', async () => {
    expect(await registered(async () => ({}))).toEqual(ALL)
  })

  test.each([
    ['by its code', ALREADY_EXISTS, 'no'],
    ['by its words', INVALID_ARGUMENT, 'Search attribute SchemaProject already exists'],
  ])('that are there already do no harm, told %s', async (_, code, details) => {
    expect(await registered(() => Promise.reject(grpcError(code, details)))).toEqual(ALL)
  })

  test('that cannot be registered are an error', async () => {
    const denied = registered(() => Promise.reject(grpcError(PERMISSION_DENIED, 'no right')))
    await expect(denied).rejects.toThrow('no right')
  })
})

const PAIR = { crt: Buffer.from('no certificate'), key: Buffer.from('no key') }

describe('a connection to Temporal that cannot be made', () => {
  test('is told with address and namespace, and tried again by whoever asks next', async () => {
    const { temporal } = CONFIG
    const access = temporalAccess({
      ...CONFIG,
      temporal: { ...temporal, connection: { tls: { clientCertPair: PAIR } } },
    })
    for (const attempt of ['first', 'second']) {
      await expect(access.client(), attempt).rejects.toMatchObject({
        name: 'SurroundingsMissing',
        code: 'TEMPORAL_UNREACHABLE',
        message:
          'Temporal does not answer at 127.0.0.1:1 (namespace default): the TLS certificate or key from the settings cannot be read.',
      })
    }
    await access.close()
  })

  test.each([
    ['127.0.0.1:1', {}, 'the connection was refused'],
    ['eve:Geheim@127.0.0.1:1', {}, 'that is not an address: a host name is expected, with or without a port'],
    ['127.0.0.1:1', { tls: { clientCertPair: PAIR } }, 'the TLS certificate or key from the settings cannot be read'],
  ])('is told by a worker with the same words: %s, %o', async (address, connection, reason) => {
    const error = await NativeConnection.connect({ ...connection, address }).catch((each: unknown) => each)
    expect(temporalUnreachable(error, { address, namespace: 'default' })).toMatchObject({
      code: 'TEMPORAL_UNREACHABLE',
      message: `Temporal does not answer at 127.0.0.1:1 (namespace default): ${reason}.`,
    })
  })

  test('tells of an unknown reason its kind, never its text', () => {
    const error = Object.assign(new Error('metadata value "Bearer Geheim" contains illegal characters'), {
      name: 'HeaderError',
    })
    expect(temporalUnreachable(error).message).toBe('Temporal does not answer: for a reason of the kind HeaderError.')
  })
})
