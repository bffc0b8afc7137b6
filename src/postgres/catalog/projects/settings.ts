/** What changes of a project without an operation: its settings, and its end. */
import type pg from 'pg'
import type { ProjectSettings } from '../../../contract.ts'
import { writeAudit } from '../audit.ts'
import { inTransaction } from '../pool.ts'
import { requireSeedTables } from '../sql/seeds.ts'
import { readLines } from '../sql/sqlRevisions.ts'
import { holdOperations } from '../steps/unfinished.ts'
import { requireIdle } from './idle.ts'
import { requireKind } from './kind.ts'
import { type Project, requireProject } from './projects.ts'
import { releaseAll } from './released.ts'

/** Changes the given settings; the others stay. Errors: `PROJECT_NOT_FOUND`, `PROJECT_KIND`, `INPUT_INVALID` for seed tables that are not there. */
export async function setProjectSettings(
  pool: pg.Pool,
  { id, settings, actor }: { id: string; settings: Partial<ProjectSettings>; actor: string },
): Promise<void> {
  await inTransaction(pool, async (client) => {
    const project = await requireProject(client, id, 'for update')
    requireSettingsOfKind(project, settings)
    const { seed = [] } = settings
    if (seed.length > 0) requireSeedTables((await readLines(client, id, project.revision)) ?? [], seed)
    await client.query('update schema_saga.project set settings = settings || $2 where id = $1', [
      id,
      JSON.stringify(settings),
    ])
    await writeAudit(client, { projectId: id, actor, action: 'project_set', details: { settings } })
  })
}

/** A setting that would do nothing is refused rather than kept. */
function requireSettingsOfKind(project: Project, settings: Partial<ProjectSettings>): void {
  const { tenant_role: role = null, partitions = 'any', auto_repair: repair = 'off', seed = [] } = settings
  const { shared_namespaces: shared = [], shared_rows: rows = [], set_aside_drops: drops = 'on' } = settings
  if (role !== null) requireKind(project, 'sql', 'tenant_role is for those that are described by SQL')
  if (partitions !== 'any') requireKind(project, 'sql', 'partitions is for those that are described by SQL')
  if (seed.length > 0) requireKind(project, 'sql', 'seed is for those that are described by SQL')
  if (shared.length > 0) requireKind(project, 'sql', 'shared_namespaces is for those that are described by SQL')
  if (rows.length > 0) requireKind(project, 'sql', 'shared_rows is for those that are described by SQL')
  if (drops !== 'on') requireKind(project, 'sql', 'what others drop is set aside in any case')
  if (repair !== 'off') requireKind(project, 'models', 'nothing can be added to its targets by itself')
}

/**
 * Takes a project out of use and frees the places of its targets. Nothing is dropped: its targets, ledger and audit stay.
 * Errors: `PROJECT_NOT_FOUND`, `IN_PROGRESS` while an operation is not final.
 */
export async function archiveProject(pool: pg.Pool, { id, actor }: { id: string; actor: string }): Promise<void> {
  await inTransaction(pool, async (client) => {
    await holdOperations(client, id)
    await requireProject(client, id, 'for update')
    await requireIdle(client, id)
    await releaseAll(client, id)
    await client.query('update schema_saga.project set archived_at = now() where id = $1', [id])
    await client.query('delete from schema_saga.place where project_id = $1', [id])
    await writeAudit(client, { projectId: id, actor, action: 'project_archive' })
  })
}

/** Takes back the creation of a project whose base was refused, so that its id and its place are free again. */
export async function withdrawProject(pool: pg.Pool, { id, actor }: { id: string; actor: string }): Promise<void> {
  await inTransaction(pool, async (client) => {
    const { baseReady } = await requireProject(client, id, 'for update')
    if (baseReady) return
    for (const table of ['place', 'sql_revision', 'schema_revision']) {
      await client.query(`delete from schema_saga.${table} where project_id = $1`, [id])
    }
    await client.query('delete from schema_saga.project where id = $1', [id])
    await writeAudit(client, { projectId: id, actor, action: 'project_withdraw' })
  })
}
