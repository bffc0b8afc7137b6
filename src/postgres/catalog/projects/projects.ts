/** Projects: a logical schema at a revision, its base, its settings. */
import type pg from 'pg'
import { BASE_SCOPE, DEFAULT_SETTINGS, type ProjectSettings, type Target } from '../../../contract.ts'
import { RequestRefused } from '../../../errors.ts'
import type { LogicalSchema } from '../../../logical/schema.ts'
import { type OwedOperation, readOwed } from '../debts/settle.ts'
import { onCatalog, type Queryable } from '../pool.ts'
import type { ProjectKind } from './kind.ts'

/** A project as the rest of the program needs it. */
export interface Project {
  readonly id: string
  readonly kind: ProjectKind
  readonly revision: number
  readonly schema: LogicalSchema
  readonly schemaHash: string
  /** Null for tenant-only storage. */
  readonly base: Target | null
  /** False from the project's creation until its base is provisioned: nothing can be applied to it then. */
  readonly baseReady: boolean
  readonly settings: ProjectSettings
}

/** A project as `project show --json` prints it. */
export interface ProjectRow {
  /** Unique in its catalog. */
  readonly id: string
  /** What describes it: models, or SQL. */
  readonly kind: 'models' | 'sql'
  /** The number of its logical schema; 0 before the first change. */
  readonly revision: number
  /** Of revision and schema. */
  readonly schema_hash: string
  /** Where its base is; null for a project that has tenants only. */
  readonly base: { readonly server: string; readonly namespace: string } | null
  /** How many models it has. */
  readonly models: number
  /** How many tenants it has, in whatever state. */
  readonly tenants: number
  /** When it was taken out of use; else null. */
  readonly archived_at: string | null
  /** All settings, those that nobody set included. */
  readonly settings: ProjectSettings
  /** Operations that left a trigger at work on the base, which could not be reached; of one project only, and if there are any. */
  readonly base_owes?: readonly OwedOperation[]
}

interface Row {
  readonly kind: ProjectKind
  readonly revision: number
  readonly schema: LogicalSchema
  readonly schema_hash: string
  readonly base_server: string | null
  readonly base_namespace: string
  readonly base_incarnation: string
  readonly base_ready: boolean
  readonly archived_at: Date | null
  readonly settings: Partial<ProjectSettings>
}

type DocumentRow = Omit<ProjectRow, 'archived_at'> & Pick<Row, 'archived_at'>

const DOCUMENT = `
  select p.id, p.kind, p.revision, p.schema_hash,
         case when p.base_server is not null then json_build_object('server', p.base_server, 'namespace', p.base_namespace) end as base,
         jsonb_array_length(p.schema -> 'models') as models,
         (select count(*)::int from schema_saga.tenant t where t.project_id = p.id) as tenants,
         p.archived_at, p.settings
    from schema_saga.project p`

/** The project of that id. Errors: `PROJECT_NOT_FOUND`; also for one that was archived, when `lock` or not. */
export async function requireProject(db: Queryable, id: string, lock: '' | 'for update' = ''): Promise<Project> {
  return await onCatalog(async () => {
    const { rows } = await db.query<Row>(
      `select revision, schema, schema_hash, base_server, base_namespace, base_incarnation, base_ready, archived_at,
              settings, kind
         from schema_saga.project where id = $1 ${lock}`,
      [id],
    )
    const [row] = rows
    if (row === undefined) throw new RequestRefused('PROJECT_NOT_FOUND', `Project "${id}" does not exist.`)
    if (row.archived_at !== null) throw new RequestRefused('PROJECT_NOT_FOUND', `Project "${id}" is archived.`)
    const { kind, revision, schema, schema_hash: schemaHash } = row
    return {
      id,
      kind,
      revision,
      schema,
      schemaHash,
      settings: { ...DEFAULT_SETTINGS, ...row.settings },
      ...basePart(row),
    }
  })
}

/** A project as people see it. */
export async function showProject(pool: pg.Pool, id: string): Promise<ProjectRow> {
  return await onCatalog(async () => {
    const { rows } = await pool.query<DocumentRow>(`${DOCUMENT} where p.id = $1`, [id])
    const [row] = rows
    if (row === undefined) throw new RequestRefused('PROJECT_NOT_FOUND', `Project "${id}" does not exist.`)
    const owed = await readOwed(pool, id, '')
    return { ...documentOf(row), ...(owed.length > 0 && { base_owes: owed }) }
  })
}

/** All projects in id order. */
export async function listProjects(pool: pg.Pool): Promise<ProjectRow[]> {
  return await onCatalog(async () => (await pool.query<DocumentRow>(`${DOCUMENT} order by p.id`)).rows.map(documentOf))
}

/** The logical schema now, or at an earlier revision. Errors: `PROJECT_NOT_FOUND`, `NOT_APPLICABLE` for a revision that never was. */
export async function readSchema(
  pool: pg.Pool,
  id: string,
  revision?: number,
): Promise<{ revision: number; schema: LogicalSchema }> {
  const project = await requireProject(pool, id)
  if (revision === undefined) return { revision: project.revision, schema: project.schema }
  return await onCatalog(async () => {
    const { rows } = await pool.query<{ schema: LogicalSchema }>(
      'select schema from schema_saga.schema_revision where project_id = $1 and revision = $2',
      [id, revision],
    )
    const [row] = rows
    if (row !== undefined) return { revision, schema: row.schema }
    const text = `Project "${id}" never had a revision ${revision}: it is at ${project.revision}.`
    throw new RequestRefused('NOT_APPLICABLE', text, { path: 'revision' })
  })
}

function documentOf(row: DocumentRow): ProjectRow {
  const settings = { ...DEFAULT_SETTINGS, ...row.settings }
  return { ...row, archived_at: row.archived_at?.toISOString() ?? null, settings }
}

function basePart(row: Row): Pick<Project, 'base' | 'baseReady'> {
  if (row.base_server === null) return { base: null, baseReady: true }
  const { base_server: server, base_namespace: namespace, base_incarnation: incarnation } = row
  return { base: { scope: BASE_SCOPE, server, namespace, incarnation }, baseReady: row.base_ready }
}
