/**
 * The one mapping of what Postgres and the network say to our errors. Nothing that may hold a customer's data or a
 * password gets through: no detail, hint, where, query text or row value; the sentences are ours.
 */
import {
  DataRejected,
  type ErrorDetails,
  LockUnavailable,
  SagaError,
  StaleEpoch,
  TargetDrifted,
  TargetUnreachable,
  TimeLimitReached,
} from '../errors.ts'

/** The fields of a Postgres error that hold names of objects; of `message`, see the mappings that use it. */
interface Reported {
  readonly code: string
  readonly message: string
  readonly table?: string | undefined
  readonly column?: string | undefined
  readonly constraint?: string | undefined
}

type Mapping = (reported: Reported, where: string) => SagaError
type SagaErrorClass = new (code: string, message: string, options: { details: ErrorDetails }) => SagaError

/** By SQLSTATE; the longest prefix that fits wins. */
const MAPPINGS: Readonly<Record<string, Mapping>> = {
  // Raised by the functions of schema_saga_target, whose messages are sentences of ours.
  SS001: ({ code, message }, where) =>
    new StaleEpoch('STALE_EPOCH', `${where}: ${message}`, { details: { sqlstate: code } }),
  SS002: ({ code, message }, where) =>
    new TargetDrifted('TARGET_DRIFTED', `${where}: ${message}`, { details: { sqlstate: code } }),
  SS003: ({ code, message }, where) =>
    new DataRejected('DATA_REJECTED', `${where}: ${message}`, { details: { sqlstate: code } }),
  '55P03': as(LockUnavailable, 'LOCK_UNAVAILABLE', 'a lock was not to be had in time'),
  '57014': stopped,
  '40P01': as(LockUnavailable, 'LOCK_UNAVAILABLE', 'Postgres ended a deadlock'),
  '40001': as(LockUnavailable, 'LOCK_UNAVAILABLE', 'a concurrent transaction came first'),
  '08': as(TargetUnreachable, 'TARGET_UNREACHABLE', 'the connection broke'),
  '25P0': as(TargetUnreachable, 'TARGET_UNREACHABLE', 'the server ended the session at its time limit'),
  '28': as(TargetUnreachable, 'TARGET_UNREACHABLE', 'the server refuses our login'),
  '53': as(TargetUnreachable, 'TARGET_UNREACHABLE', 'the server is short of resources'),
  '57P': as(TargetUnreachable, 'TARGET_UNREACHABLE', 'the server ended the session or is not ready'),
  '58': as(TargetUnreachable, 'TARGET_UNREACHABLE', 'the server has a problem with its system'),
  XX: as(TargetUnreachable, 'TARGET_UNREACHABLE', 'the server failed internally'),
  '3F000': as(TargetDrifted, 'TARGET_GONE', 'its namespace does not exist'),
  '3D000': as(TargetDrifted, 'TARGET_GONE', 'its database does not exist'),
  '22': as(DataRejected, 'DATA_REJECTED', 'a value of its rows does not fit the change'),
  '23': as(DataRejected, 'DATA_REJECTED', 'its rows forbid the change'),
  // The message of this class speaks of identifiers of our own DDL only.
  '42': (reported, where) => as(TargetDrifted, 'TARGET_DRIFTED', reported.message)(reported, where),
  '2BP01': as(TargetDrifted, 'TARGET_DRIFTED', 'another object depends on what was to be dropped'),
}

/** Somebody who cancels a statement lets it be tried again; a limit that ran out would run out again. */
function stopped(reported: Reported, where: string): SagaError {
  return /user request/.test(reported.message)
    ? as(LockUnavailable, 'LOCK_UNAVAILABLE', 'somebody cancelled a statement')(reported, where)
    : as(
        TimeLimitReached,
        'TIME_LIMIT_REACHED',
        'a statement had its locks and did not end within its time limit; it is not tried again, because it would not end then either',
      )(reported, where)
}

const REFUSED = as(TargetDrifted, 'TARGET_DRIFTED', 'Postgres refused a statement')

/**
 * Our error for what a session on a target threw; one that is ours already, and one that is neither Postgres's nor
 * the network's, comes back as it is. `where` is `server/namespace`.
 */
export function toSagaError(error: unknown, where: string): unknown {
  if (error instanceof SagaError || !(error instanceof Error)) return error
  const reported = reportedBy(error)
  if (reported !== null) return mappingOf(reported.code)(reported, where)
  const reason = networkReason(error)
  return reason === null ? error : notReached(where, reason)
}

/** Our error for a connection that did not come about, whatever the reason. */
export function toConnectError(error: unknown, where: string): SagaError {
  const mapped = toSagaError(error, where)
  return mapped instanceof SagaError ? mapped : notReached(where, 'the connection could not be made')
}

/** The SQLSTATE of an error of Postgres, or null. */
export function sqlstateOf(error: unknown): string | null {
  return error instanceof Error ? (reportedBy(error)?.code ?? null) : null
}

function reportedBy(error: Error): Reported | null {
  const { code, severity } = error as { code?: unknown; severity?: unknown }
  return typeof code === 'string' && typeof severity === 'string' ? (error as Error & Reported) : null
}

function mappingOf(code: string): Mapping {
  for (let length = code.length; length >= 2; length -= 1) {
    const mapping = MAPPINGS[code.slice(0, length)]
    if (mapping !== undefined) return mapping
  }
  return REFUSED
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

function as(kind: SagaErrorClass, code: string, reason: string): Mapping {
  return (reported, where) => {
    const objects = objectsOf(reported)
    const named = Object.entries(objects).map(([type, name]) => `, ${type} ${name}`)
    const message = `${where}: ${reason} (SQLSTATE ${reported.code}${named.join('')}).`
    return new kind(code, message, { details: { sqlstate: reported.code, ...objects } })
  }
}

function notReached(where: string, reason: string): SagaError {
  return new TargetUnreachable('TARGET_UNREACHABLE', `${where} cannot be reached: ${reason}.`)
}

function objectsOf({ table, column, constraint }: Reported): Record<string, string> {
  const objects = { table, column, constraint }
  return Object.fromEntries(
    Object.entries(objects).filter((entry): entry is [string, string] => entry[1] !== undefined),
  )
}
