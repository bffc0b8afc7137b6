/** The one place where what Postgres says becomes one of our errors. Nothing that may hold a row's values passes. */
import {
  DataRejected,
  LockUnavailable,
  RequestRefused,
  SagaError,
  StaleEpoch,
  TargetDrifted,
  TargetUnreachable,
} from '../errors.ts'

/** The fields of a Postgres error that name objects only; `detail`, `where` and `hint` are left alone on purpose. */
interface PostgresError {
  readonly code?: string
  readonly message?: string
  readonly table?: string
  readonly column?: string
  readonly constraint?: string
}

/** SQLSTATEs that our own functions raise (target/bookkeeping.sql). */
const PROTOCOL: Readonly<Record<string, (where: string, message: string) => SagaError>> = {
  SS001: (where, message) => new StaleEpoch('STALE_EPOCH', `${where}: this try came too late: ${message}.`),
  SS002: (where, message) => new TargetDrifted('TARGET_DRIFTED', `${where} has drifted: ${message}.`),
  SS003: (where, message) => new TargetDrifted('TARGET_GONE', `${where} is gone: ${message}.`),
}

const LOCK = new Set(['55P03', '57014', '40P01', '40001'])
const UNREACHABLE = /^(08|53|28|57P0[1-5])/
const NETWORK = new Set(['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'EAI_AGAIN'])

/** Maps an error of work on `where` (`server/namespace`); errors of ours pass unchanged. */
export function asTargetError(error: unknown, where: string): Error {
  if (error instanceof SagaError) return error
  const { code = '', message = '', ...objects } = (error ?? {}) as PostgresError
  const details = { sqlstate: code, ...namesOf(objects) }
  const protocol = PROTOCOL[code]
  if (protocol !== undefined) return protocol(where, message)
  if (NETWORK.has(code) || UNREACHABLE.test(code) || isLostConnection(message)) {
    return new TargetUnreachable('TARGET_UNREACHABLE', `${where} does not answer (${code || 'connection lost'}).`, {
      details,
    })
  }
  if (LOCK.has(code)) {
    return new LockUnavailable('LOCK_UNAVAILABLE', `${where}: a lock could not be had in time (${code}).`, { details })
  }
  if (code === '3F000' || code === '3D000') {
    return new TargetDrifted('TARGET_GONE', `${where} is gone: there is no such namespace or database.`, { details })
  }
  if (code.startsWith('22') || code.startsWith('23')) return dataRejected(where, code, objects)
  // Messages of class 42 hold names of objects only: the statements are ours and hold no values of rows.
  if (code.startsWith('42'))
    return new TargetDrifted('TARGET_DRIFTED', `${where} has drifted: ${message}.`, { details })
  if (code === '2BP01' || code === '0A000' || code === '55006') {
    return new TargetDrifted('TARGET_DRIFTED', `${where}: other objects forbid the change (${code}).`, { details })
  }
  return error instanceof Error ? error : new Error('an unknown error')
}

function dataRejected(where: string, code: string, objects: Omit<PostgresError, 'code' | 'message'>): DataRejected {
  const names = namesOf(objects)
  const what = Object.entries(names)
    .map(([kind, name]) => `${kind} ${name}`)
    .join(', ')
  const reason = code === '23505' ? 'rows share a value that must be unique' : 'rows forbid the change'
  return new DataRejected('DATA_REJECTED', `${where}: ${reason}${what === '' ? '' : ` (${what})`} (${code}).`, {
    details: { sqlstate: code, ...names },
  })
}

function namesOf({ table, column, constraint }: PostgresError): Record<string, string> {
  return Object.fromEntries(
    Object.entries({ table, column, constraint }).filter((entry): entry is [string, string] => entry[1] !== undefined),
  )
}

function isLostConnection(message: string): boolean {
  return /^(Connection terminated|timeout expired|timeout exceeded when trying to connect)/i.test(message)
}

/** A refusal of provisioning: the place is taken by somebody's tables. */
export function notEmpty(where: string, tables: number): RequestRefused {
  return new RequestRefused('ALREADY_EXISTS', `${where} holds ${tables} tables: only an empty namespace can be taken.`)
}
