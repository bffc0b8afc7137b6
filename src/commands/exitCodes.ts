/** Exit codes, the same for all commands. */
import { ERRORS } from '../contract/errors/errorCodes.ts'
import type { OperationDocument } from '../contract.ts'
import { SagaError } from '../errors.ts'

export const EXIT = {
  done: 0,
  unexpected: 1,
  badInput: 2,
  refused: 3,
  failed: 4,
  needsRepair: 5,
  findings: 6,
  unreachable: 7,
  /** What shells expect of a command that was interrupted. */
  interrupted: 130,
} as const

/** Refusals that are found only after a plan was made. */
const REFUSED_AFTER_PLANNING: readonly string[] = ['PLAN_CHANGED', 'HAZARD_NOT_ALLOWED']

/** The exit code of a command that could not do its work. */
export function exitCodeOfError(error: unknown): number {
  return error instanceof SagaError ? ERRORS[error.code].exit : EXIT.unexpected
}

/** The exit code of a command that waited for an operation; one that still runs was let go on purpose. */
export function exitCodeOfOperation(operation: OperationDocument): number {
  switch (operation.status) {
    case 'committed':
      return operation.tenants.parked > 0 ? EXIT.needsRepair : EXIT.done
    case 'failed':
      if (operation.accepted > 0) return EXIT.needsRepair
      return wasRefused(operation) ? EXIT.refused : EXIT.failed
    case 'cancelled':
      return EXIT.failed
    case 'needs_repair':
      return EXIT.needsRepair
    case 'pending':
    case 'applying':
    case 'compensating':
      return EXIT.done
  }
}

/** Whether the planner said no: then no target was looked at. */
export function wasRefused(operation: OperationDocument): boolean {
  if (operation.status !== 'failed') return false
  return operation.plan_hash === null || REFUSED_AFTER_PLANNING.includes(operation.error_code ?? '')
}
