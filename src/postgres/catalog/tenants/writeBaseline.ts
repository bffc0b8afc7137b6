/** The first schema of a project, written without an operation. */
import type pg from 'pg'
import type { ProjectSettings } from '../../../contract.ts'
import { RequestRefused } from '../../../errors.ts'
import type { LogicalSchema } from '../../../logical/schema.ts'
import { writeAudit } from '../audit.ts'
import { inTransaction, type Queryable } from '../pool.ts'
import { requireIdle } from '../projects/idle.ts'
import { type Project, requireProject } from '../projects/projects.ts'
import { holdOperations } from '../steps/unfinished.ts'

/** The revision of a baseline. */
export const BASELINE_REVISION = 1

/** Errors: `NOT_APPLICABLE` when the project has had models or has tenants, `IN_PROGRESS` while an operation is at work. */
export async function requireBlank(db: Queryable, { id, revision }: Project): Promise<void> {
  if (revision > 0) {
    throw new RequestRefused(
      'NOT_APPLICABLE',
      `Project "${id}" is at revision ${revision}: a baseline is its first one.`,
    )
  }
  const { rowCount } = await db.query(
    `select from schema_saga.tenant where project_id = $1 and (state <> 'parked' or revision is not null) limit 1`,
    [id],
  )
  if (rowCount !== 0) {
    throw new RequestRefused('NOT_APPLICABLE', `Project "${id}" has tenants: a baseline would leave them behind.`)
  }
  await requireIdle(db, id)
}

/** Makes the schema durable as revision 1; what was left alone is ignored by drift and repair from now on. */
export async function writeBaseline(
  pool: pg.Pool,
  baseline: {
    readonly project: string
    readonly schema: LogicalSchema
    readonly schemaHash: string
    readonly leftAlone: readonly string[]
    readonly actor: string
    readonly from: { readonly server: string; readonly namespace: string }
  },
): Promise<void> {
  const { project: id, schema, schemaHash, leftAlone, actor, from } = baseline
  await inTransaction(pool, async (client) => {
    await holdOperations(client, id)
    const project = await requireProject(client, id, 'for update')
    await requireBlank(client, project)
    const ignore = [...new Set([...project.settings.ignore, ...leftAlone])]
    const settings: Partial<ProjectSettings> = { ignore }
    const values = [id, BASELINE_REVISION, JSON.stringify(schema), schemaHash]
    await client.query(
      `update schema_saga.project set revision = $2, schema = $3, schema_hash = $4, settings = settings || $5
        where id = $1`,
      [...values, JSON.stringify(settings)],
    )
    await client.query(
      `insert into schema_saga.schema_revision (project_id, revision, schema, schema_hash) values ($1, $2, $3, $4)`,
      values,
    )
    const details = { ...from, models: schema.models.map(({ name }) => name), left_alone: leftAlone }
    await writeAudit(client, { projectId: id, actor, action: 'project_baseline', details })
  })
}
