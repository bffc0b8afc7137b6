/** Backfills: batches by key, each in its own short transaction with how far it came, so that any try can go on. */
import type { Direction } from '../../contract.ts'
import { renderBatch, renderFor } from '../../physical/sql.ts'
import { sqlstateOf } from '../errors.ts'
import type { StageTry } from './protocol.ts'
import { limitsOf, setTimeouts } from './work.ts'

/** Rows per batch: the first one's, and the bounds within which their number follows the time that a batch takes. */
const ROWS = { first: 1_000, least: 50, most: 20_000 } as const
const QUICK_MS = 200
const SLOW_MS = 1_000

/** What Postgres says of a batch that was too large for its time. */
const TIME_LIMIT = '57014'

interface Cursor {
  readonly lastKey: string
  readonly rowsDone: number
}

/** Runs the stage's batches from where an earlier try stopped to the end. */
export async function runBackfill(each: StageTry, direction: Direction): Promise<void> {
  const { client, namespace, work, stage } = each
  const { lockMs, statementMs, batchMs } = limitsOf(work)
  await setTimeouts(client, lockMs, batchMs)
  // Rows fire the application's own triggers, which may rely on the search path of the role.
  await client.query('RESET search_path')
  const sql = renderFor(namespace, stage.sql[0] ?? '')
  let cursor = await startingPoint(each, direction)
  let limit: number = ROWS.first
  for (;;) {
    work.signal?.throwIfAborted()
    const since = Date.now()
    const next = await runBatch(each, direction, renderBatch(sql, cursor.lastKey, limit), cursor).catch(
      (error: unknown) => {
        if (limit > 1 && sqlstateOf(error) === TIME_LIMIT) return null
        throw error
      },
    )
    if (next === null) {
      limit = Math.ceil(limit / 10)
      continue
    }
    work.report?.({ stage: stage.stage, rows: next.rowsDone })
    if (next.rowsDone - cursor.rowsDone < limit) break
    cursor = next
    limit = nextLimit(limit, Date.now() - since)
  }
  await client.query(`SELECT set_config('search_path', 'pg_catalog', false)`)
  await setTimeouts(client, lockMs, statementMs)
}

async function runBatch(each: StageTry, direction: Direction, sql: string, from: Cursor): Promise<Cursor> {
  const { client } = each
  await client.query('BEGIN')
  try {
    const { rows } = await client.query<{ last: string | null; rows: number }>(sql)
    const [batch] = rows
    const next = { lastKey: batch?.last ?? from.lastKey, rowsDone: from.rowsDone + (batch?.rows ?? 0) }
    await keepCursor(each, direction, next)
    await client.query('COMMIT')
    return next
  } catch (error) {
    // A session that broke cannot be rolled back, and need not be: what it threw is the news.
    await client.query('ROLLBACK').catch(() => {})
    throw error
  }
}

async function startingPoint(each: StageTry, direction: Direction): Promise<Cursor> {
  const { rows } = await each.client.query<Cursor>(
    `SELECT last_key AS "lastKey", rows_done::integer AS "rowsDone" FROM schema_saga_target.backfill
      WHERE namespace = $1 AND incarnation = $2 AND operation_id = $3 AND epoch = $4 AND stage = $5 AND direction = $6`,
    keyOf(each, direction),
  )
  return rows[0] ?? { lastKey: '', rowsDone: 0 }
}

async function keepCursor(each: StageTry, direction: Direction, { lastKey, rowsDone }: Cursor): Promise<void> {
  await each.client.query(
    `INSERT INTO schema_saga_target.backfill
            (namespace, incarnation, operation_id, epoch, stage, direction, last_key, rows_done)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
     ON CONFLICT (namespace, incarnation, operation_id, epoch, stage, direction)
     DO UPDATE SET last_key = excluded.last_key, rows_done = excluded.rows_done, at = now()`,
    [...keyOf(each, direction), lastKey, rowsDone],
  )
}

function keyOf({ namespace, work, stage }: StageTry, direction: Direction): unknown[] {
  return [namespace, work.target.incarnation, work.operationId, work.epoch, stage.stage, direction]
}

function nextLimit(limit: number, tookMs: number): number {
  if (tookMs < QUICK_MS) return Math.min(limit * 2, ROWS.most)
  return tookMs > SLOW_MS ? Math.max(Math.floor(limit / 2), ROWS.least) : limit
}
