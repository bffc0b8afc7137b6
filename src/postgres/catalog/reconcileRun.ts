/** Runs of the reconciler, on record. */
import type pg from 'pg'
import type { DutyResult, ReconcileActivities, ReconcileDocument } from '../../contract.ts'
import { onCatalog, type Queryable } from './pool.ts'
import { requireProject } from './projects.ts'

/** Opens a run, once, and names its projects. Errors: `PROJECT_NOT_FOUND`. */
export async function openReconcile(
  pool: pg.Pool,
  { id, project, dryRun, trigger }: Parameters<ReconcileActivities['openReconcile']>[0],
): Promise<{ projects: string[] }> {
  if (project !== null) await requireProject(pool, project)
  return await onCatalog(async () => {
    await pool.query(
      'insert into schema_saga.reconcile_run (id, trigger, dry_run) values ($1, $2, $3) on conflict do nothing',
      [id, trigger, dryRun],
    )
    const { rows } = await pool.query<{ id: string }>(
      `select id from schema_saga.project
        where archived_at is null and ($1::text is null or id = $1) order by id`,
      [project],
    )
    return { projects: rows.map((row) => row.id) }
  })
}

/** Ends a run with what it found. */
export async function closeReconcile(
  db: Queryable,
  { id, results }: { id: string; results: readonly DutyResult[] },
): Promise<ReconcileDocument> {
  return await onCatalog(async () => {
    const found = results.filter((result) => result.found > 0)
    const { rows } = await db.query<{ trigger: 'schedule' | 'person'; dry_run: boolean; started: Date; ended: Date }>(
      `update schema_saga.reconcile_run set ended_at = coalesce(ended_at, now()), results = $2
        where id = $1 returning trigger, dry_run, started_at as started, ended_at as ended`,
      [id, JSON.stringify(found)],
    )
    const [run] = rows
    if (run === undefined) throw new Error('the run was never opened')
    const sum = (of: (result: DutyResult) => number): number => found.reduce((total, each) => total + of(each), 0)
    return {
      ...{ id, trigger: run.trigger, dry_run: run.dry_run },
      ...{ started_at: run.started.toISOString(), ended_at: run.ended.toISOString(), results: found },
      ...{ found: sum((each) => each.found), done: sum((each) => each.done), left: sum((each) => each.left) },
    }
  })
}
