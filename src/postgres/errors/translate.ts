/**
 * The one mapping of what Postgres and the network say to our errors. Postgres' own words reach the person, cut to names
 * where they hold values of rows (classes 22 and 23); what the application raises is kept apart from them, see `raised.ts`.
 */
import { SagaError, TargetUnreachable } from '../../errors.ts'
import { mapped, type Reported } from './errorMappings.ts'
import { raisedIn } from './raised.ts'

/**
 * Our error for what a session on a target threw; one that is ours already, and one that is neither Postgres's nor
 * the network's, comes back as it is. `where` is `server/namespace`.
 */
export function toSagaError(error: unknown, where: string): unknown {
  if (error instanceof SagaError || !(error instanceof Error)) return error
  const reported = reportedBy(error)
  if (reported !== null) return mapped(reported, where)
  const reason = networkReason(error)
  return reason === null ? error : notReached(where, reason)
}

/**
 * Our error for a connection that did not come about: whatever the reason, the target cannot be reached under its name,
 * and nothing is known about it.
 */
export function toConnectError(error: unknown, where: string): SagaError {
  if (error instanceof SagaError) return error
  const known = toSagaError(error, where)
  if (known instanceof TargetUnreachable) return known
  if (!(known instanceof SagaError)) return notReached(where, 'the connection could not be made')
  if (raisedIn(known) !== undefined) return notReached(where, 'a trigger of the application refuses our login')
  const { code, message } = error as Error & Reported
  return notReached(where, `${message} (SQLSTATE ${code})`)
}

/** The SQLSTATE of an error of Postgres, or null. */
export function sqlstateOf(error: unknown): string | null {
  return error instanceof Error ? (reportedBy(error)?.code ?? null) : null
}

function reportedBy(error: Error): Reported | null {
  const { code, severity } = error as { code?: unknown; severity?: unknown }
  return typeof code === 'string' && typeof severity === 'string' ? (error as Error & Reported) : null
}

function networkReason(error: Error): string | null {
  const { code } = error as NodeJS.ErrnoException
  if (typeof code === 'string' && /^(E[A-Z]{3,}|EAI_[A-Z]+|ERR_(TLS|SSL)\w*)$/.test(code)) return code
  return isLostConnection(error) ? 'the connection broke or timed out' : null
}

/** The driver's own errors have no code: only their text tells that a connection broke, or never came. */
export function isLostConnection({ message }: { readonly message: string }): boolean {
  return /^Connection terminated|connection error|not queryable|^timeout e/i.test(message)
}

function notReached(where: string, reason: string): SagaError {
  return new TargetUnreachable('TARGET_UNREACHABLE', `${where} cannot be reached: ${reason}.`)
}
