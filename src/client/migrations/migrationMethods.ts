/** A folder of migrations and a project: what is pending, and applying it. */
import type pg from 'pg'
import { defaultActor } from '../../config.ts'
import { InputInvalid, SagaError } from '../../errors.ts'
import { parseSqlTogether, type SqlRequest } from '../../logical/parse/sqlRequest.ts'
import type { Migration, MigrationFolder, MigrationFormat } from '../../migrations/migration.ts'
import type { KeptTool } from '../../physical/plan/plan.ts'
import { findOperation } from '../../postgres/catalog/operations/read.ts'
import { requireKind } from '../../postgres/catalog/projects/kind.ts'
import { requireProject } from '../../postgres/catalog/projects/projects.ts'
import { readOperationsOfName } from '../../postgres/catalog/projects/sqlNames.ts'
import { readLastOfNames } from '../../postgres/catalog/sql/changes.ts'
import { countTargets } from '../../postgres/catalog/tenants/list.ts'
import type { OperationHandle } from '../operationHandle.ts'
import type { PlanDocument } from '../plan/document.ts'
import type { ApplyOptions, SchemaSagaClient } from '../types.ts'
import { chooseOperation } from './chooseOperation.ts'
import { compareFolder, pendingUpTo } from './compareFolder.ts'
import { keeping } from './keeping.ts'
import type { MigrationRunDocument, MigrationStatusDocument, MigrationStep } from './migrationDocuments.ts'
import { type MigrationCourse, runMigrations } from './runMigrations.ts'

/** How a folder is applied: as each of its operations is, and besides. */
export interface MigrateOptions extends Omit<ApplyOptions, 'operationId' | 'keptRows'> {
  /**
   * The tool that wrote the folder, and that is to know what was applied: with each change its own row is written on every tenant that
   * has its table.
   */
  readonly keep?: KeptTool
  /** Whose folder it is; found by looking unless given. */
  readonly format?: MigrationFormat
  /** The last migration that is applied: its name, its file, or the number that its name begins with. */
  readonly to?: string
  /** Makes all pending ones by one operation, which makes one revision or is undone as a whole. */
  readonly oneOperation?: boolean
  /** Plans the pending ones and changes nothing. */
  readonly dryRun?: boolean
  /** Is told what is pending before the first is begun, and whenever something changed. */
  readonly heard?: (course: MigrationCourse) => void
  /** Lets go: what is in progress continues, and nothing further is begun. */
  readonly signal?: AbortSignal
}

/** The client's methods for folders of migrations. */
export interface MigrationMethods {
  /**
   * Applies the pending migrations of a folder, one operation each unless `oneOperation`, in order, until one fails: that is no error, so look at
   * `stopped`. Called again, it goes on there: an operation in progress is followed, one that failed is tried again, and one whose
   * file or options were changed since is begun anew. Every text is read before the first is begun. Errors: `MIGRATIONS_INVALID`,
   * `PROJECT_KIND`, `SQL_CHANGED`, `INPUT_INVALID`, and those of a text.
   */
  readonly migrate: (project: string, folder: string, options?: MigrateOptions) => Promise<MigrationRunDocument>
  /**
   * What of a folder is applied, pending, changed since, or missing; asked of the catalog alone. Errors: `MIGRATIONS_INVALID`,
   * `PROJECT_KIND`.
   */
  readonly migrationStatus: (
    project: string,
    folder: string,
    options?: { readonly format?: MigrationFormat },
  ) => Promise<MigrationStatusDocument>
}

/** What the methods work with. */
export type MigrationDependencies = Pick<SchemaSagaClient, 'apply' | 'plan' | 'operation'> & {
  readonly catalog: pg.Pool
}

/** The methods over one catalog. */
export function migrationMethods(deps: MigrationDependencies): MigrationMethods {
  return {
    migrate: (project, folder, options = {}) => migrate(deps, project, folder, options),
    migrationStatus: async (project, folder, options = {}) => (await look(deps, project, folder, options)).status,
  }
}

async function look(
  { catalog }: MigrationDependencies,
  project: string,
  folder: string,
  { format }: { readonly format?: MigrationFormat },
): Promise<{ read: MigrationFolder; status: MigrationStatusDocument }> {
  requireKind(await requireProject(catalog, project), 'sql', 'it takes mutations, and no folder of SQL')
  // Loaded late: the parser of SQL is large, and most programs read no folder.
  const { readMigrations } = await import('../../migrations/readMigrations.ts')
  const read = await readMigrations(folder, format === undefined ? {} : { format })
  return { read, status: compareFolder(project, read, await readLastOfNames(catalog, project)) }
}

async function migrate(
  deps: MigrationDependencies,
  project: string,
  folder: string,
  given: MigrateOptions,
): Promise<MigrationRunDocument> {
  const { to, format, keep, oneOperation = false, dryRun = false, heard = () => {}, signal, ...options } = given
  const { read, status } = await look(deps, project, folder, format === undefined ? {} : { format })
  const pending = pendingUpTo(read, status, to)
  const groups = oneOperation && pending.length > 0 ? [pending] : pending.map((each) => [each])
  requireOnePlan(options, groups)
  // What cannot be kept of the last stops the first.
  const kept = new Map<readonly Migration[], Awaited<ReturnType<typeof keeping>>>()
  for (const group of groups) kept.set(group, await keeping(folder, read, keep, group))
  const migrations = await stepsOf(deps, project, groups, dryRun)
  const { counts } = status
  const notes = [...status.notes, ...(await leftOut(deps.catalog, project))]
  const start = {
    project,
    format: read.format,
    dry_run: dryRun,
    applied_before: counts.applied,
    migrations,
    stopped: null,
    notes,
  }
  if (dryRun) return start
  const begin = async (group: readonly Migration[]): Promise<OperationHandle> =>
    await beginOne(deps, project, group, { ...options, ...kept.get(group) })
  return await runMigrations(start, groups, { begin, heard, signal })
}

/** Whoever runs migrations for a fleet expects them in all of it. */
async function leftOut(catalog: pg.Pool, project: string): Promise<readonly string[]> {
  const { blocked } = await countTargets(catalog, project)
  if (blocked === 0) return []
  const which = blocked === 1 ? '1 tenant is not active and gets' : `${blocked} tenants are not active and get`
  return [
    `${which} nothing of this: \`tenant list ${project}\` says why, \`tenant unpark ${project} --all\` brings up those that are behind.`,
  ]
}

/** Errors: `INPUT_INVALID` where a hash would have to be that of several plans. */
function requireOnePlan({ planHash }: ApplyOptions, groups: readonly (readonly Migration[])[]): void {
  if (planHash === undefined || groups.length < 2) return
  const text = `A hash is that of one plan, and ${groups.length} migrations are pending: name the first with \`to\`.`
  throw new InputInvalid('INPUT_INVALID', text, { path: 'planHash' })
}

/** Each is planned, as far as that can be done without running it, so that a mistake in the last stops the first. */
async function stepsOf(
  { plan }: MigrationDependencies,
  project: string,
  groups: readonly (readonly Migration[])[],
  isShown: boolean,
): Promise<readonly MigrationStep[]> {
  const steps: MigrationStep[] = []
  for (const group of groups) {
    const whole = isShown && group.length > 1 ? await planned(plan, project, group) : null
    for (const [index, migration] of group.entries()) {
      const { name, down, files, notes } = migration
      const its = await planned(plan, project, [migration])
      const hazards = [...new Set(its.hazards.map((each) => each.name))]
      const untouched = { state: 'pending', operation: null, revision: null, parked: 0 } as const
      // Of an operation that makes several there is one plan.
      const shown = !isShown ? null : group.length === 1 ? its : index === 0 ? whole : null
      steps.push({ name, ...untouched, has_down: down !== null, files, notes, hazards, plan: shown })
    }
  }
  return steps
}

async function planned(
  plan: MigrationDependencies['plan'],
  project: string,
  migrations: readonly Migration[],
): Promise<PlanDocument> {
  return await plan(project, requestOf(migrations)).catch((error: unknown) => {
    throw error instanceof SagaError ? error.retold(`${error.message} Nothing was begun.`) : error
  })
}

function requestOf(migrations: readonly Migration[]): SqlRequest {
  return parseSqlTogether(migrations.map(({ name, up, down }) => ({ name, up, down })))
}

async function beginOne(
  { apply, operation, catalog }: MigrationDependencies,
  project: string,
  migrations: readonly Migration[],
  options: Omit<ApplyOptions, 'operationId'>,
): Promise<OperationHandle> {
  const { actor = defaultActor(), ...choices } = options
  const request = requestOf(migrations)
  const known = await readOperationsOfName(catalog, project, request.name)
  const isTaken = async (id: string): Promise<boolean> => (await findOperation(catalog, id)) !== null
  const chosen = await chooseOperation({ project, request, options: choices }, known, isTaken)
  if (chosen.action === 'apply') return await apply(project, request, { ...options, operationId: chosen.id })
  const handle = await operation(chosen.id)
  if (chosen.action === 'retry') await handle.retry({ actor })
  return handle
}
