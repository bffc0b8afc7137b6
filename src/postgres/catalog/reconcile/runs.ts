/** Runs of the reconciler, and what the catalog alone tells about the projects that it is to look at. */
import type pg from 'pg'
import type { ProjectResult, ProjectSurvey, ReconcileFleetInput } from '../../../contract/reconcile.ts'
import { RECONCILER } from '../../../contract/reconcile.ts'
import { inTransaction, onCatalog } from '../pool.ts'
import { requireProject } from '../projects/projects.ts'
import { FINAL } from '../statuses.ts'

/** Records of runs are kept for a month: there is one every five minutes. */
const KEPT = '30 days'

const SURVEY = `
  select p.id as project,
         exists (select from schema_saga.operation o
                  where o.project_id = p.id and o.status not in ${FINAL}) as operations,
         exists (select from schema_saga.operation o
                  where o.project_id = p.id and o.status = 'needs_repair' and o.persisted_at is null) as repairs,
         (p.base_server is not null and not p.base_ready)
           or exists (select from schema_saga.tenant t where t.project_id = p.id and t.state <> 'active')
           or exists (select from schema_saga.tenant t
                       where t.project_id = p.id and t.state = 'active' and coalesce(t.revision, -1) < p.revision)
           or exists (select from schema_saga.settle_debt d where d.project_id = p.id)
           as tenants
    from schema_saga.project p
   where p.archived_at is null and ($1::text is null or p.id = $1)
   order by p.reconciled_at nulls first, p.id`

/** Opens the record of a run and looks at the projects; repeating it is harmless. Errors: `PROJECT_NOT_FOUND`. */
export async function openReconcileRun(
  pool: pg.Pool,
  run: Omit<ReconcileFleetInput, 'soFar'> & { readonly id: string },
): Promise<ProjectSurvey[]> {
  const { id, project = null, dryRun = false, trigger, actor = RECONCILER } = run
  if (project !== null) await requireProject(pool, project)
  return await onCatalog(async () => {
    await pool.query(
      `insert into schema_saga.reconcile_run (id, trigger, actor, project_id, dry_run) values ($1, $2, $3, $4, $5)
       on conflict do nothing`,
      [id, trigger, actor, project, dryRun],
    )
    return (await pool.query<ProjectSurvey>(SURVEY, [project])).rows
  })
}

/** Closes the record. A dry run leaves no other trace. */
export async function closeReconcileRun(
  pool: pg.Pool,
  { id, results, looked }: { id: string; results: readonly ProjectResult[]; looked: readonly string[] },
): Promise<{ endedAt: string }> {
  return await inTransaction(pool, async (client) => {
    const { rows } = await client.query<{ ended: Date; dry: boolean }>(
      `update schema_saga.reconcile_run set ended_at = now(), results = $2
        where id = $1 returning ended_at as ended, dry_run as dry`,
      [id, JSON.stringify(results)],
    )
    const { ended = new Date(), dry = false } = rows[0] ?? {}
    if (!dry) {
      await client.query('update schema_saga.project set reconciled_at = now() where id = any ($1)', [looked])
      await client.query(`delete from schema_saga.reconcile_run where started_at < now() - interval '${KEPT}'`)
    }
    return { endedAt: ended.toISOString() }
  })
}
