/** The reconciler's hold on a project: operations wait for it as they wait for each other. */
import type pg from 'pg'
import { inTransaction, onCatalog, type Queryable } from './pool.ts'

/** A hold that is not renewed ends by itself. */
const HOLD_SECONDS = 600

/** Takes the hold unless an operation has the turn or waits for it. True when it was taken. */
export async function beginMaintenance(pool: pg.Pool, project: string, by: string): Promise<boolean> {
  return await inTransaction(pool, async (client) => {
    // Whoever takes the turn locks this row first, so that one of the two sees the other.
    await client.query('select from schema_saga.project where id = $1 for update', [project])
    const taken = await client.query(
      `update schema_saga.project p
          set maintenance_by = $2, maintenance_until = now() + interval '1 second' * $3
        where p.id = $1 and (p.maintenance_until is null or p.maintenance_until < now() or p.maintenance_by = $2)
          and not exists (select from schema_saga.operation o
                           where o.project_id = p.id and o.turn in ('holding', 'waiting')
                             and o.status not in ('committed', 'failed', 'cancelled'))`,
      [project, by, HOLD_SECONDS],
    )
    return taken.rowCount === 1
  })
}

/** Gives the hold back, and names the workflow of the operation that waits longest. */
export async function endMaintenance(db: Queryable, project: string, by: string): Promise<string | null> {
  return await onCatalog(async () => {
    await db.query(
      `update schema_saga.project set maintenance_by = null, maintenance_until = null
        where id = $1 and maintenance_by = $2`,
      [project, by],
    )
    const { rows } = await db.query<{ workflow_id: string }>(
      `select workflow_id from schema_saga.operation where project_id = $1 and turn = 'waiting' order by seq limit 1`,
      [project],
    )
    return rows[0]?.workflow_id ?? null
  })
}
