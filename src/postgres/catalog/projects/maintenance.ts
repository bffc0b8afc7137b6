/** A project's turn held without an operation: for work on its targets that no mutation asked for. */
import type pg from 'pg'
import { RequestRefused } from '../../../errors.ts'
import { inTransaction, onCatalog } from '../pool.ts'
import { FINAL } from '../statuses.ts'
import { requireProject } from './projects.ts'

/** A holder that has not renewed for so long is dead. */
const LEASE = '60 seconds'

/** Takes the turn for `by` unless an operation holds it or waits for it. Errors: `IN_PROGRESS`. */
export async function takeMaintenance(pool: pg.Pool, project: string, by: string): Promise<void> {
  await inTransaction(pool, async (client) => {
    await requireProject(client, project, 'for update')
    const { rows } = await client.query<{ who: string }>(
      `select 'operation ' || id as who from schema_saga.operation
        where project_id = $1 and turn in ('holding', 'waiting') and status not in ${FINAL}
       union all
       select maintenance_by from schema_saga.project
        where id = $1 and maintenance_until > now() and maintenance_by <> $2
       limit 1`,
      [project, by],
    )
    const [holder] = rows
    if (holder !== undefined) {
      throw new RequestRefused('IN_PROGRESS', `Project "${project}" is being worked on by ${holder.who}.`)
    }
    await client.query(
      `update schema_saga.project set maintenance_by = $2, maintenance_until = now() + interval '${LEASE}' where id = $1`,
      [project, by],
    )
  })
}

/** False when the lease has run out meanwhile, or is another one's: then the work must stop. */
export async function renewMaintenance(pool: pg.Pool, project: string, by: string): Promise<boolean> {
  return await onCatalog(async () => {
    const renewed = await pool.query(
      `update schema_saga.project set maintenance_until = now() + interval '${LEASE}'
        where id = $1 and maintenance_by = $2 and maintenance_until > now()`,
      [project, by],
    )
    return renewed.rowCount === 1
  })
}

/** Gives the turn back, and names the workflow of the operation that waits longest. */
export async function endMaintenance(pool: pg.Pool, project: string, by: string): Promise<{ next: string | null }> {
  return await onCatalog(async () => {
    await pool.query(
      `update schema_saga.project set maintenance_by = null, maintenance_until = null
        where id = $1 and maintenance_by = $2`,
      [project, by],
    )
    const { rows } = await pool.query<{ workflow: string }>(
      `select workflow_id as workflow from schema_saga.operation
        where project_id = $1 and turn = 'waiting' and status not in ${FINAL}
        order by seq limit 1`,
      [project],
    )
    return { next: rows[0]?.workflow ?? null }
  })
}
