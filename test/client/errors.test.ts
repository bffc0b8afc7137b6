import { describe, expect, test } from 'vitest'
import { OperationFailed, OperationNeedsRepair } from '../../src/client/errors.ts'
import type { OperationDocument } from '../../src/contract.ts'

const document = (status: string, error: string | null, error_code: string | null): OperationDocument =>
  ({ id: 'op-1', status, error, error_code }) as OperationDocument

describe('an operation that did not commit is told as an error', () => {
  test('with the code, the sentence and the record of the ledger', () => {
    const failed = document('failed', 'The column is there already.', 'FIELD_EXISTS')
    expect(new OperationFailed(failed)).toMatchObject({
      name: 'OperationFailed',
      code: 'FIELD_EXISTS',
      message: 'The column is there already.',
      operation: failed,
    })
    const open = document('needs_repair', 'Tenant b could not be undone.', 'TARGET_UNREACHABLE')
    expect(new OperationNeedsRepair(open)).toMatchObject({
      name: 'OperationNeedsRepair',
      code: 'TARGET_UNREACHABLE',
      message: 'Tenant b could not be undone.',
      operation: open,
    })
  })

  test('also where the ledger has no reason', () => {
    expect(new OperationFailed(document('cancelled', null, null))).toMatchObject({
      code: 'UNEXPECTED',
      message: 'The operation ended cancelled.',
    })
    expect(new OperationNeedsRepair(document('needs_repair', null, null))).toMatchObject({
      code: 'COMPENSATION_FAILED',
      message: 'The operation needs repair.',
    })
  })
})
