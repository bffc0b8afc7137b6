/** A folder of migrations and a project: what is pending, and applying it. */
import type pg from 'pg'
import { defaultActor } from '../../config.ts'
import { InputInvalid, SagaError } from '../../errors.ts'
import type { Migration, MigrationFolder, MigrationFormat } from '../../migrations/migration.ts'
import { findOperation } from '../../postgres/catalog/operations/read.ts'
import { requireKind } from '../../postgres/catalog/projects/kind.ts'
import { requireProject } from '../../postgres/catalog/projects/projects.ts'
import { readLastOfNames, readOperationsOfName } from '../../postgres/catalog/projects/sqlNames.ts'
import { countTargets } from '../../postgres/catalog/tenants/list.ts'
import type { OperationHandle } from '../operationHandle.ts'
import type { ApplyOptions, SchemaSagaClient } from '../types.ts'
import { chooseOperation } from './chooseOperation.ts'
import { compareFolder, pendingUpTo } from './compareFolder.ts'
import type { MigrationRunDocument, MigrationStatusDocument, MigrationStep } from './migrationDocuments.ts'
import { type MigrationCourse, runMigrations } from './runMigrations.ts'

/** How a folder is applied: as each of its operations is, and besides. */
export interface MigrateOptions extends Omit<ApplyOptions, 'operationId'> {
  /** Whose folder it is; found by looking unless given. */
  readonly format?: MigrationFormat
  /** The last migration that is applied: its name, its file, or the number that its name begins with. */
  readonly to?: string
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
   * Applies the pending migrations of a folder, one operation each, in order, until one fails: that is no error, so look at
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
  const { to, format, dryRun = false, heard = () => {}, signal, ...options } = given
  const { read, status } = await look(deps, project, folder, format === undefined ? {} : { format })
  const pending = pendingUpTo(read, status, to)
  requireOnePlan(options, pending)
  const migrations = await stepsOf(deps, project, pending, dryRun)
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
  const begin = (migration: Migration): Promise<OperationHandle> => beginOne(deps, project, migration, options)
  return await runMigrations(start, pending, { begin, heard, signal })
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
function requireOnePlan({ planHash }: ApplyOptions, pending: readonly Migration[]): void {
  if (planHash === undefined || pending.length < 2) return
  const text = `A hash is that of one plan, and ${pending.length} migrations are pending: name the first with \`to\`.`
  throw new InputInvalid('INPUT_INVALID', text, { path: 'planHash' })
}

/** Each is planned, as far as that can be done without running it, so that a mistake in the last stops the first. */
async function stepsOf(
  { plan }: MigrationDependencies,
  project: string,
  pending: readonly Migration[],
  isShown: boolean,
): Promise<readonly MigrationStep[]> {
  const steps: MigrationStep[] = []
  for (const migration of pending) {
    const { name, down, files, notes } = migration
    const planned = await plan(project, requestOf(migration)).catch((error: unknown) => {
      throw error instanceof SagaError ? error.retold(`${error.message} Nothing was begun.`) : error
    })
    const hazards = [...new Set(planned.hazards.map((each) => each.name))]
    const untouched = { state: 'pending', operation: null, revision: null, parked: 0 } as const
    steps.push({ name, ...untouched, has_down: down !== null, files, notes, hazards, plan: isShown ? planned : null })
  }
  return steps
}

function requestOf({ name, up, down }: Migration) {
  return { type: 'run_sql', name, up, ...(down !== null && { down }) } as const
}

async function beginOne(
  { apply, operation, catalog }: MigrationDependencies,
  project: string,
  migration: Migration,
  options: Omit<ApplyOptions, 'operationId'>,
): Promise<OperationHandle> {
  const { actor = defaultActor(), ...choices } = options
  const known = await readOperationsOfName(catalog, project, migration.name)
  const isTaken = async (id: string): Promise<boolean> => (await findOperation(catalog, id)) !== null
  const chosen = await chooseOperation({ project, migration, options: choices }, known, isTaken)
  if (chosen.action === 'apply')
    return await apply(project, requestOf(migration), { ...options, operationId: chosen.id })
  const handle = await operation(chosen.id)
  if (chosen.action === 'retry') await handle.retry({ actor })
  return handle
}
