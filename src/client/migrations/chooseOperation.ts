/** Under which operation a pending migration is applied: a new one, or that of an earlier run. Pure but for what it asks. */
import { createHash } from 'node:crypto'
import type { OperationOptions, OperationStatus } from '../../contract.ts'
import { RequestRefused } from '../../errors.ts'
import { hashOf } from '../../hash.ts'
import { sqlIn } from '../../logical/parse/revertRequest.ts'
import { keptRequest, type SqlRequest } from '../../logical/parse/sqlRequest.ts'

/** An operation that was submitted for a migration of that name. */
export interface KnownOperation {
  readonly id: string
  readonly status: OperationStatus
  /** As it was submitted. */
  readonly request: unknown
  readonly options: OperationOptions
}

/** What is to be done for a migration. */
export interface ChosenOperation {
  readonly action: 'apply' | 'retry' | 'follow'
  readonly id: string
}

/** What is asked for. */
export interface WantedMigration {
  readonly project: string
  readonly request: SqlRequest
  readonly options: OperationOptions
}

const LONGEST_ID = 64
const HASH = 8

/**
 * The newest operation of that name goes on where it is: one in progress is followed, one that failed is tried again. With another
 * text, or other options, a new one is begun. `isTaken`: whether any project has an operation of that id. Errors: `IN_PROGRESS`
 * when one with another text has not ended.
 */
export async function chooseOperation(
  wanted: WantedMigration,
  known: readonly KnownOperation[],
  isTaken: (id: string) => Promise<boolean>,
): Promise<ChosenOperation> {
  const { project, request, options } = wanted
  const open = known.find(({ status }) => !['committed', 'failed', 'cancelled'].includes(status))
  const last = open ?? known[0]
  if (last !== undefined && last.status !== 'committed') {
    const isSame = isSameRequest(last.request, request)
    if (open !== undefined && !isSame) throw otherText(request.name, open)
    if (isSame && last.status === 'needs_repair') return { action: 'retry', id: last.id }
    if (isSame && open !== undefined) return { action: 'follow', id: last.id }
    if (isSame && hashOf(last.options) === hashOf(options)) return { action: 'retry', id: last.id }
  }
  for (const id of idsFor(project, request.name)) if (!(await isTaken(id))) return { action: 'apply', id }
  throw new Error('There are ids without end.')
}

function otherText(name: string, { id, status }: KnownOperation): RequestRefused {
  const state = status === 'needs_repair' ? 'needs repair' : `is ${status}`
  const text = `Operation "${id}" ${state} with an earlier text of "${name}": wait until it has ended, or repair it.`
  return new RequestRefused('IN_PROGRESS', text)
}

/** Whether both have the same texts, however they are given. */
function isSameRequest(known: unknown, wanted: SqlRequest): boolean {
  const request = sqlIn(known)
  return request !== null && hashOf(keptRequest(request)) === hashOf(keptRequest(wanted))
}

/**
 * Ids in the order of preference: `<project>-<name>` where that is an id, otherwise made fit, with a short hash of what it was made
 * of. An operation that has ended keeps its id, so the next one is counted.
 */
export function* idsFor(project: string, name: string): Generator<string> {
  const whole = `${project}-${name}`
  const hash = createHash('sha256').update(`${project}\0${name}`).digest('hex').slice(0, HASH)
  const fit = whole.replace(/[^A-Za-z0-9._-]+/g, '-')
  const short = `${fit.slice(0, LONGEST_ID - HASH - 1)}-${hash}`
  if (fit === whole && whole.length <= LONGEST_ID) yield whole
  // Another project may have the plain one: "a-b" and "c", "a" and "b-c".
  yield short
  for (let count = 2; ; count += 1) {
    const end = `-${hash}-${count}`
    yield `${fit.slice(0, LONGEST_ID - end.length)}${end}`
  }
}
