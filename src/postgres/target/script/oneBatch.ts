/** One batch: the next rows by the key, written, looked at again and noted in one short transaction. */
import { StaleEpoch } from '../../../errors.ts'
import type { ScriptStep } from '../../../sql/change/sqlChange.ts'
import type { ScriptBatch } from '../../../sql/script/script.ts'
import { whereOf } from '../../sessions/servers.ts'
import { type BatchesOf, keepCursor } from '../rows/backfillCursor.ts'
import { limitsOf } from '../stage/execution.ts'
import { type StageTry, startStage } from '../stage/protocol.ts'
import { transact } from '../stage/transaction.ts'
import type { BatchStatements, FoundRows, KeyValues } from './batchStatements.ts'
import { withinFences } from './runScript.ts'
import { asOwner, type RunStatement } from './statements.ts'

/** The batches of a stage on one target. */
export interface Course {
  readonly each: StageTry
  readonly of: BatchesOf
  readonly batch: ScriptBatch
  /** The whole statement, for messages and fences. */
  readonly step: ScriptStep
  readonly statements: BatchStatements
  /** The last row that the stage had written, where it is undone before its end; null: all rows. */
  readonly until: KeyValues | null
}

/** Kept as JSON where the cursor of a backfill is. */
export interface Standing {
  /** The last row of the present pass; null while it has found none. */
  readonly key: KeyValues | null
  /** Those before it. */
  readonly passes: number
  /** Whether no row that was written meets the condition any more. */
  readonly repeats: boolean
}

/** How far they have come. */
export interface PassCursor {
  readonly at: Standing
  readonly rowsDone: number
}

/** A batch; none was `found` where no row was left. */
export interface Done {
  readonly found: number
  readonly cursor: PassCursor
}

/** Runs the next one, and keeps how far it came. Errors: those of the text and of `withinFences`, `STALE_EPOCH`. */
export async function runBatch(course: Course, cursor: PassCursor, limit: number): Promise<Done> {
  const { each, of, step } = course
  const { client, work } = each
  const { at } = cursor
  return await transact(client, async () => {
    const written = await withinFences(each, [step], (place) =>
      asOwner(client, place, whereOf(work.target), (run) => writeNext(course, at, limit, run)),
    )
    if (written === null) return { found: 0, cursor }
    const { found, rows, last, stays } = written
    const next = { key: last, passes: at.passes, repeats: at.repeats && !stays }
    const rowsDone = cursor.rowsDone + rows
    if (of === 'forward') await requireStarted(each)
    await keepCursor(each, of, { lastKey: JSON.stringify(next), rowsDone })
    return { found, cursor: { at: next, rowsDone } }
  })
}

interface Written {
  readonly found: number
  readonly rows: number
  readonly last: KeyValues
  /** Whether rows meet the condition after they were written. */
  readonly stays: boolean
}

/** Null where no row is left. */
async function writeNext(
  { each, step, statements, until }: Course,
  { key, repeats }: Standing,
  limit: number,
  run: RunStatement,
): Promise<Written | null> {
  const [next] = (
    await run<FoundRows & Record<string, unknown>>(statements.find({ after: key, until }, limit), step.place)
  ).rows
  if (next === undefined || next.first === null || next.last === null) return null
  const range = { first: keyOf(next.first), last: keyOf(next.last) }
  await each.client.query(`SET LOCAL statement_timeout = ${limitsOf(each.work).batchMs}`)
  const rows = (await run(statements.write(range), step.place)).rowCount ?? 0
  const { last } = range
  if (!repeats) return { found: next.found, rows, last, stays: true }
  // Where a trigger has left some alone, they are not among those that this transaction wrote.
  const [look] = (await run<{ stays: boolean }>(statements.look(range, rows >= next.found), step.place)).rows
  return { found: next.found, rows, last, stays: look?.stays !== false }
}

function keyOf(json: string): KeyValues {
  return JSON.parse(json) as KeyValues
}

/** In the transaction of each batch, so that a late try writes nothing. */
async function requireStarted(each: StageTry): Promise<void> {
  const found = await startStage(each, null)
  if (found === 'found_started') return
  throw new StaleEpoch('STALE_EPOCH', `${whereOf(each.work.target)}: another try has ended stage ${each.stage.stage}.`)
}
