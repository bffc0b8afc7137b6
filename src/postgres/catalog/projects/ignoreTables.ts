/** Tables that a project leaves alone from now on, because they were there before it. */
import type pg from 'pg'
import { tablePattern } from '../../../ignorePattern.ts'
import { writeAudit } from '../audit.ts'
import { inTransaction } from '../pool.ts'
import { requireProject } from './projects.ts'

/** Adds them to the setting `ignore`; repeating it is harmless. */
export async function ignoreTables(
  pool: pg.Pool,
  { project, tables, actor }: { readonly project: string; readonly tables: readonly string[]; readonly actor: string },
): Promise<void> {
  await inTransaction(pool, async (client) => {
    const { settings } = await requireProject(client, project, 'for update')
    const missing = tables.map(tablePattern).filter((pattern) => !settings.ignore.includes(pattern))
    if (missing.length === 0) return
    const ignore = [...settings.ignore, ...missing]
    await client.query(
      `update schema_saga.project set settings = settings || jsonb_build_object('ignore', $2::jsonb) where id = $1`,
      [project, JSON.stringify(ignore)],
    )
    await writeAudit(client, { projectId: project, actor, action: 'project_set', details: { settings: { ignore } } })
  })
}
