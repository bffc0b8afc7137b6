import { describe, expect, test } from 'vitest'
import { exitCodeOfError, exitCodeOfOperation } from '../../src/commands/exitCodes.ts'
import type { OperationDocument } from '../../src/contract.ts'
import {
  InputInvalid,
  MutationRejected,
  RequestRefused,
  SurroundingsMissing,
  TargetDrifted,
  TargetUnreachable,
} from '../../src/errors.ts'
import { operationDocument } from './fakeSurroundings.ts'

test.each<[Error, number]>([
  [new InputInvalid('INPUT_INVALID', ''), 2],
  [new SurroundingsMissing('SETTING_INVALID', ''), 2],
  [new MutationRejected('FIELD_EXISTS', ''), 3],
  [new RequestRefused('PROJECT_NOT_FOUND', ''), 3],
  [new SurroundingsMissing('TEMPORAL_UNREACHABLE', ''), 7],
  [new SurroundingsMissing('NOT_INITIALISED', ''), 7],
  [new TargetUnreachable('TARGET_UNREACHABLE', ''), 7],
  [new TargetDrifted('TARGET_DRIFTED', ''), 3],
  [new Error('anything else'), 1],
])('%o', (error, code) => {
  expect(exitCodeOfError(error)).toBe(code)
})

const parked = { ...operationDocument().tenants, succeeded: 1, parked: 1 }

describe('operations', () => {
  test.each<[string, Partial<OperationDocument>, number]>([
    ['committed', {}, 0],
    ['committed with parked tenants', { tenants: parked }, 5],
    ['failed after planning', { status: 'failed', error_code: 'DATA_REJECTED' }, 4],
    ['rejected by the plan', { status: 'failed', error_code: 'MODEL_EXISTS', plan_hash: null }, 3],
    ['another plan than was asked for', { status: 'failed', error_code: 'PLAN_CHANGED' }, 3],
    ['cancelled', { status: 'cancelled' }, 4],
    ['cancelled before it was planned', { status: 'cancelled', plan_hash: null }, 4],
    ['needs repair', { status: 'needs_repair' }, 5],
    ['let go while it runs', { status: 'applying' }, 0],
  ])('%s', (_, differences, code) => {
    expect(exitCodeOfOperation(operationDocument(differences))).toBe(code)
  })
})
