/** How far the batches of a stage have come, forward or as a part of an undo; kept in the transaction of each batch. */
import { noteUndo, type StageTry, undoProgress } from '../stage/protocol.ts'

/** Which batches: those of a stage forward, or of the part of its undo with this number. */
export type BatchesOf = 'forward' | { readonly undoes: number }

export interface Cursor {
  readonly lastKey: string
  readonly rowsDone: number
}

/** Where an earlier try has stopped. */
export async function startingPoint(each: StageTry, of: BatchesOf): Promise<Cursor> {
  if (of !== 'forward') return undoProgress(each, of.undoes)
  const { rows } = await each.client.query<Cursor>(
    `SELECT last_key AS "lastKey", rows_done::float8 AS "rowsDone" FROM schema_saga_target.backfill
      WHERE namespace = $1 AND incarnation = $2 AND operation_id = $3 AND epoch = $4 AND stage = $5
        AND direction = 'forward'`,
    keyOf(each),
  )
  return rows[0] ?? { lastKey: '', rowsDone: 0 }
}

export async function keepCursor(each: StageTry, of: BatchesOf, { lastKey, rowsDone }: Cursor): Promise<void> {
  if (of !== 'forward') return noteUndo(each, of.undoes, { lastKey, rowsDone, done: false })
  await each.client.query(
    `INSERT INTO schema_saga_target.backfill
            (namespace, incarnation, operation_id, epoch, stage, direction, last_key, rows_done)
     VALUES ($1, $2, $3, $4, $5, 'forward', $6, $7)
     ON CONFLICT (namespace, incarnation, operation_id, epoch, stage, direction)
     DO UPDATE SET last_key = excluded.last_key, rows_done = excluded.rows_done, at = now()`,
    [...keyOf(each), lastKey, rowsDone],
  )
}

function keyOf({ namespace, work, stage }: StageTry): unknown[] {
  return [namespace, work.target.incarnation, work.operationId, work.epoch, stage.stage]
}
