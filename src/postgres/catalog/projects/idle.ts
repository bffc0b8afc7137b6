/** Whether a project has an operation that is not final. */
import { RequestRefused } from '../../../errors.ts'
import type { Queryable } from '../pool.ts'
import { FINAL } from '../statuses.ts'

/** Errors: `IN_PROGRESS`, naming an operation that is not final. */
export async function requireIdle(db: Queryable, project: string): Promise<void> {
  const open = await findOpenOperation(db, project)
  if (open === null) return
  throw new RequestRefused(
    'IN_PROGRESS',
    `Operation ${open.id} of project "${project}" is ${open.status}: it must end first.`,
  )
}

/** The first operation of the project that is not final, or null. */
export async function findOpenOperation(
  db: Queryable,
  project: string,
): Promise<{ readonly id: string; readonly status: string } | null> {
  const { rows } = await db.query<{ id: string; status: string }>(
    `select id, status from schema_saga.operation
      where project_id = $1 and status not in ${FINAL} order by seq limit 1`,
    [project],
  )
  return rows[0] ?? null
}
