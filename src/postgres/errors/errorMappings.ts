/** What each SQLSTATE means to us: who is to decide, and which words are told. */
import type { ErrorCode } from '../../contract/errors/errorCodes.ts'
import { errorFor, type SagaError } from '../../errors.ts'
import { applicationRaised, metIn } from './raised.ts'
import { isRaised } from './sqlstates.ts'

/** The fields of a Postgres error that are read. */
export interface Reported {
  readonly code: string
  readonly message: string
  /** Names objects for the dependents of what was to be dropped; of other errors it may hold rows. */
  readonly detail?: string | undefined
  /** The functions in which it came about, the innermost first; only names are taken from it. */
  readonly where?: string | undefined
  readonly table?: string | undefined
  readonly column?: string | undefined
  readonly constraint?: string | undefined
}

type Mapping = (reported: Reported, where: string) => SagaError

/** Longer texts of Postgres are cut. */
const MOST_WORDS = 2_000

const LOCK = 'LOCK_UNAVAILABLE'
const AWAY = 'TARGET_UNREACHABLE'
const DATA = 'DATA_REJECTED'
const REFUSED = 'STATEMENT_REFUSED'

/** What is said of a database that takes no writes, however that was noticed. */
export const READ_ONLY =
  'the server takes no writes now: a standby, in recovery or failing over, or default_transaction_read_only is on'
export const READ_ONLY_STATE = '25006'

/** By SQLSTATE; the longest prefix that fits wins. */
const MAPPINGS: Readonly<Record<string, Mapping>> = {
  '55P03': as(LOCK, 'a lock could not be acquired in time'),
  '57014': stopped,
  '40P01': as(LOCK, 'Postgres ended a deadlock'),
  '40001': as(LOCK, 'a concurrent transaction came first'),
  '08': saying(AWAY, 'the connection broke'),
  [READ_ONLY_STATE]: saying(AWAY, READ_ONLY),
  '25P03': saying(AWAY, 'the server ended the session at its time limit'),
  '25P04': saying(AWAY, 'the server ended the session at its time limit'),
  '28': saying(AWAY, 'the server refuses our login'),
  '3D000': saying(AWAY, 'there is no database of this name now'),
  '53': saying(AWAY, 'the server is short of resources'),
  '53300': saying(AWAY, 'a limit on connections is reached'),
  // Limits that waiting does not cure.
  '53200': saying(
    REFUSED,
    'the server is out of memory',
    'Raise max_locks_per_transaction or the memory of the server, or split the changeset.',
  ),
  '53400': saying(REFUSED, 'a limit in the settings of the server is reached', 'Raise it.'),
  '54': saying(REFUSED, 'a limit of Postgres is reached', 'Trying again does not help: change what is asked for.'),
  '54001': saying(
    REFUSED,
    'a limit of Postgres is reached',
    'Raise max_stack_depth, or make the value or statement less deep.',
  ),
  '54011': saying(
    REFUSED,
    'a limit of Postgres is reached',
    'Columns that were dropped count as well: the table has to be made anew.',
  ),
  '57P': saying(AWAY, 'the server ended the session or is not ready'),
  '58': saying(AWAY, 'the server has a problem with its system'),
  XX: saying(AWAY, 'the server failed internally'),
  '22': as(DATA, 'a value of its rows does not fit the change'),
  '23': as(DATA, 'its rows forbid the change'),
  '2BP01': dependent,
  '42501': notAllowed,
}

/** Raised by the functions of schema_saga_target, whose messages are sentences of ours. */
const OURS: Readonly<Record<string, ErrorCode>> = {
  SS001: 'STALE_EPOCH',
  SS002: 'TARGET_DRIFTED',
  SS003: DATA,
  // The function has looked whether the namespace is there.
  SS004: 'TARGET_GONE',
  SS005: 'TARGET_DRIFTED',
}

const anyRefusal = saying(REFUSED, 'Postgres refused a statement')

/** Our error for one of Postgres. */
export function mapped(reported: Reported, where: string): SagaError {
  const { code, message } = reported
  const ours = OURS[code]
  if (ours !== undefined && isOurFunction(reported)) {
    return errorFor(ours, `${where}: ${message}`, { details: { sqlstate: code } })
  }
  if (isRaised(code)) return applicationRaised(reported, where)
  for (let length = code.length; length >= 2; length -= 1) {
    const mapping = MAPPINGS[code.slice(0, length)]
    if (mapping !== undefined) return metIn(mapping(reported, where), reported)
  }
  return metIn(anyRefusal(reported, where), reported)
}

/** An application may raise the same code: the innermost function says whose it is. */
function isOurFunction({ where = '' }: Reported): boolean {
  return /\bschema_saga_target\./.test(where.split('\n', 1)[0] ?? '')
}

/** With names only: the text of Postgres would hold values, or say what ours says. */
function as(code: ErrorCode, reason: string): Mapping {
  return (reported, where) => {
    const objects = objectsOf(reported)
    const named = Object.entries(objects).map(([type, name]) => `, ${type} ${name}`)
    const message = `${where}: ${reason} (SQLSTATE ${reported.code}${named.join('')}).`
    return errorFor(code, message, { details: { sqlstate: reported.code, ...objects } })
  }
}

/** With Postgres' own words. */
function saying(code: ErrorCode, reason: string, advice?: string): Mapping {
  return (reported, where) => {
    const words = reported.message.slice(0, MOST_WORDS)
    const message = `${where}: ${reason}: ${words} (SQLSTATE ${reported.code}).${advice === undefined ? '' : ` ${advice}`}`
    return errorFor(code, message, { details: { sqlstate: reported.code, ...objectsOf(reported) } })
  }
}

/** Somebody who cancels a statement lets it be tried again; a limit that ran out would run out again. */
function stopped(reported: Reported, where: string): SagaError {
  return /user request/.test(reported.message)
    ? as(LOCK, 'somebody cancelled a statement')(reported, where)
    : as(
        'TIME_LIMIT_REACHED',
        'a statement had its locks and did not finish within its time limit; it is not retried, because it would take as long again',
      )(reported, where)
}

/** Here the detail lists the dependents, by name. */
function dependent(reported: Reported, where: string): SagaError {
  const detail = reported.detail?.split('\n').join(', ')
  const message = detail === undefined ? reported.message : `${reported.message}: ${detail}`
  const advice = message.includes('_aside_') ? PURGE_IT : FREE_IT
  return saying(REFUSED, 'Postgres refused a statement', advice)({ ...reported, message }, where)
}

const FREE_IT =
  'Drop what depends on it, or make it depend on something else, and try again: what others have made is never dropped along with it.'

const PURGE_IT =
  'What is set aside depends on it until its hold is over: drop that with `set-aside purge --now` if nobody needs it, and try again.'

function notAllowed(reported: Reported, where: string): SagaError {
  const advice = /row.level security/i.test(reported.message)
    ? 'The role has to see all rows, also those that triggers of the application read and write: give it BYPASSRLS, or take FORCE off the table, which it must own (NO FORCE ROW LEVEL SECURITY).'
    : undefined
  return saying(REFUSED, 'Postgres refused a statement', advice)(reported, where)
}

function objectsOf({ table, column, constraint }: Reported): Record<string, string> {
  const objects = { table, column, constraint }
  return Object.fromEntries(
    Object.entries(objects).filter((entry): entry is [string, string] => entry[1] !== undefined),
  )
}
