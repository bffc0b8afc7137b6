/** How far the batches of a stage had come that is undone before its end: rows behind that were never written. */
import type { StageTry } from '../stage/protocol.ts'

/** Of a try that left the stage `started`; null where none did, or where one of them has ended it. */
export interface HalfRun {
  /** Empty where no batch was written. */
  readonly lastKey: string
}

const STANDING = `
  SELECT bool_or(m.state = 'applied') AS applied, max(b.last_key) AS "lastKey"
    FROM schema_saga_target.marker m LEFT JOIN schema_saga_target.backfill b
      ON b.namespace = m.namespace AND b.incarnation = m.incarnation AND b.operation_id = m.operation_id
     AND b.epoch = m.epoch AND b.stage = m.stage AND b.direction = 'forward'
   WHERE m.namespace = $1 AND m.incarnation = $2 AND m.operation_id = $3 AND m.stage = $4 AND m.state IN ('started', 'applied')`

/** Asked of the target; under its lock, no try goes on meanwhile. */
export async function halfRun({ client, namespace, work, stage }: StageTry): Promise<HalfRun | null> {
  const { rows } = await client.query<{ applied: boolean | null; lastKey: string | null }>(STANDING, [
    namespace,
    work.target.incarnation,
    work.operationId,
    stage.stage,
  ])
  const [found] = rows
  return found?.applied === false ? { lastKey: found.lastKey ?? '' } : null
}
