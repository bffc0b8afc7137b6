/** Errors that the rows of a batch have raised, or the application's triggers over them, and that waiting does not cure. */
import { LockUnavailable, StaleEpoch, TargetUnreachable, TimeLimitReached } from '../../../errors.ts'
import { sqlstateOf, toSagaError } from '../../errors/translate.ts'

const OTHERS = [LockUnavailable, TargetUnreachable, TimeLimitReached, StaleEpoch]

/** Whether fewer rows, without the one that cannot be written, would do. */
export function raisedByRows(error: unknown): boolean {
  const code = sqlstateOf(error)
  if (code === null) return false
  const known = toSagaError(error, 'a target')
  if (OTHERS.some((other) => known instanceof other)) return false
  // A name or a right that is missing is our own, unless it was met in code of the application.
  return !code.startsWith('42') || (error as { where?: unknown }).where !== undefined
}

/** The reason in short: its text may hold values. */
export function reasonOf(error: unknown): string {
  return `SQLSTATE ${sqlstateOf(error)}`
}
