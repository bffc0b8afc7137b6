/** Backfills: batches by key, each in its own short transaction with how far it came, so that any try can go on. */
import { renderBatch, renderFor } from '../../../physical/sql.ts'
import { sqlstateOf } from '../../errors/translate.ts'
import { limitsOf, setTimeouts } from '../stage/execution.ts'
import { noteRows, type StageTry } from '../stage/protocol.ts'
import { transact } from '../stage/transaction.ts'
import { type BatchAnswer, isIncomplete, requireWritten } from './allWritten.ts'
import { type BatchesOf, type Cursor, keepCursor, startingPoint } from './backfillCursor.ts'
import { raisedByRows, reasonOf } from './raisedByRows.ts'
import { replicaGate } from './replicas.ts'

/** Rows per batch: the first one's, and the bounds within which their number follows the time that a batch takes. */
export const ROWS = { first: 1_000, least: 50, most: 20_000 } as const
const QUICK_MS = 200
const SLOW_MS = 1_000

/** What Postgres says of a batch that was too large for its time. */
const TIME_LIMIT = '57014'

/** So many rows that cannot be written, and whatever stands in their way stands in the way of all. */
const MOST_LEFT_OUT = 100

/** A function of the application has a plan for a column that has another type by now: made anew once. */
const STALE_PLAN = '42804'

/** Runs the stage's batches from where an earlier try stopped to the end. */
export async function runBackfill(each: StageTry, of: BatchesOf): Promise<void> {
  const { client, work } = each
  if (!(await hasColumn(each))) return
  const { lockMs, statementMs, batchMs } = limitsOf(work)
  await setTimeouts(client, lockMs, batchMs)
  // Rows fire the application's own triggers, which may rely on the search path of the role.
  await client.query('RESET search_path')
  // This session may have fired them before a column got another type, and keeps plans for the old one.
  await client.query('DISCARD PLANS')
  const leftOut = await runBatches(each, of)
  await client.query(`SELECT set_config('search_path', 'pg_catalog', false)`)
  await setTimeouts(client, lockMs, statementMs)
  if (leftOut.length > 0 && each.stage.lenient !== undefined) {
    await noteRows(each, each.stage.lenient, { rows: leftOut.length, ...(leftOut[0] && { reason: leftOut[0] }) })
  }
}

/** Returns why rows were left alone, one reason for each. */
async function runBatches(each: StageTry, of: BatchesOf): Promise<readonly string[]> {
  const { namespace, work, stage } = each
  const sql = renderFor(namespace, stage.sql[0] ?? '')
  const leftOut: string[] = []
  let cursor = await startingPoint(each, of)
  let limit: number = ROWS.first
  const replicasAreNear = replicaGate(each)
  while (leftOut.length < MOST_LEFT_OUT) {
    work.signal?.throwIfAborted()
    await replicasAreNear()
    const since = Date.now()
    const tried = await tryBatch(each, of, { sql, from: cursor, limit })
    if ('next' in tried) {
      work.report?.({ stage: stage.stage, rows: tried.next.rowsDone })
      if (tried.next.rowsDone - cursor.rowsDone < limit) break
      cursor = tried.next
      limit = nextLimit(limit, Date.now() - since)
    } else if (limit > 1) {
      limit = Math.ceil(limit / 10)
    } else {
      leftOut.push(reasonOf(tried.refused))
      const skip = renderFor(namespace, stage.lenient?.skip ?? '')
      cursor = await runBatch(each, of, { sql: skip, from: cursor, limit })
    }
  }
  return leftOut
}

interface Batch {
  readonly sql: string
  readonly from: Cursor
  readonly limit: number
}

/** How far a batch came, or why fewer rows are to be tried. */
async function tryBatch(each: StageTry, of: BatchesOf, batch: Batch): Promise<{ next: Cursor } | { refused: unknown }> {
  try {
    return { next: await runBatch(each, of, batch) }
  } catch (error) {
    const isTooLarge = batch.limit > 1 && sqlstateOf(error) === TIME_LIMIT
    if (isTooLarge || (each.stage.lenient?.skip !== undefined && raisedByRows(error))) return { refused: error }
    throw error
  }
}

async function runBatch(each: StageTry, of: BatchesOf, batch: Batch, isAgain = false): Promise<Cursor> {
  const { client } = each
  const { sql, from, limit } = batch
  try {
    return await transact(client, async () => {
      const run = async (): Promise<BatchAnswer | undefined> =>
        (await client.query<BatchAnswer>(renderBatch(sql, from.lastKey, limit))).rows[0]
      let done = await run()
      // Once more, now that nobody else can have changed the rows meanwhile.
      if (isIncomplete(done)) done = await run()
      requireWritten(each, done)
      const next = { lastKey: done?.last ?? from.lastKey, rowsDone: from.rowsDone + (done?.rows ?? 0) }
      await keepCursor(each, of, next)
      return next
    })
  } catch (error) {
    if (isAgain || sqlstateOf(error) !== STALE_PLAN) throw error
    await client.query('DISCARD PLANS')
    return await runBatch(each, of, batch, true)
  }
}

/** Whether there is anything to fill on this target. */
async function hasColumn({ client, namespace, stage: { only } }: StageTry): Promise<boolean> {
  if (only === undefined) return true
  const { rows } = await client.query(
    `SELECT FROM pg_attribute a WHERE a.attrelid = to_regclass(format('%I.%I', $1::text, $2::text))
        AND a.attname = $3 AND NOT a.attisdropped`,
    [namespace, only.table, only.column],
  )
  return rows.length > 0
}

/** How many rows the next batch has, after one that took so long. */
export function nextLimit(limit: number, tookMs: number): number {
  if (tookMs < QUICK_MS) return Math.min(limit * 2, ROWS.most)
  return tookMs > SLOW_MS ? Math.max(Math.floor(limit / 2), Math.min(limit, ROWS.least)) : limit
}
