/** How an operation that did not commit is told to a program. */
import { asErrorCode } from '../contract/errors/errorCodes.ts'
import type { OperationDocument } from '../contract.ts'
import { SagaError } from '../errors.ts'

/** The operation ended `failed` or `cancelled`: everything is as before. */
export class OperationFailed extends SagaError {
  readonly operation: OperationDocument

  constructor(operation: OperationDocument) {
    super(asErrorCode(operation.error_code), operation.error ?? `The operation ended ${operation.status}.`)
    this.operation = operation
  }
}

/** The operation waits for a person: something is not as before, and the record names it. */
export class OperationNeedsRepair extends SagaError {
  readonly operation: OperationDocument

  constructor(operation: OperationDocument) {
    super(asErrorCode(operation.error_code ?? 'COMPENSATION_FAILED'), operation.error ?? 'The operation needs repair.')
    this.operation = operation
  }
}
