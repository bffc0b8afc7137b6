/** A base that is made of a folder of migrations: revisions for its files, by which imported namespaces are known. */
import { resolve } from 'node:path'
import type { MigrationCourse } from '../../client/migrations/runMigrations.ts'
import type { ProjectDocument, SchemaSagaClient } from '../../client/types.ts'
import type { MigrationFormat } from '../../migrations/migration.ts'
import { TOOL_TABLES } from '../../migrations/toolTables.ts'
import type { Answer } from '../command.ts'
import { EXIT } from '../exitCodes.ts'
import type { Surroundings } from '../io.ts'
import { exitCodeOfRun } from '../migration/migrate.ts'
import { runText } from '../migration/migrationText.ts'
import { createPace } from '../migration/pace.ts'
import { createProgress } from '../render/progress.ts'
import { projectText } from '../render/projectText.ts'

/** The folder, and up to which file. */
export interface FolderOfBase {
  readonly folder: string
  readonly format: MigrationFormat
  readonly at: string | undefined
  readonly actor: string
}

/** Read before there is a project: what is wrong with the folder leaves nothing behind. Errors: `MIGRATIONS_INVALID`. */
export async function folderOfBase(
  { folder: here }: Surroundings,
  { migrations, at, actor }: { readonly migrations?: string; readonly at?: string; readonly actor: string },
): Promise<FolderOfBase | null> {
  if (migrations === undefined) return null
  const folder = resolve(here, migrations)
  // Loaded late: the parser of SQL is large, and few commands need it.
  const { readMigrations } = await import('../../migrations/readMigrations.ts')
  const { format } = await readMigrations(folder)
  return { folder, format, at, actor }
}

/** Runs the folder on the base of a project that has no tenants yet. */
export async function makeRevisions(
  surroundings: Surroundings,
  client: SchemaSagaClient,
  { id, settings }: ProjectDocument,
  { folder, format, at, actor }: FolderOfBase,
): Promise<Answer> {
  const tables = TOOL_TABLES[format]
  const isOurs = settings.ignore.length === 0
  if (isOurs) await client.setProject(id, [`ignore=${tables.join(',')}`], { actor })
  const progress = await createProgress(surroundings)
  const pace = createPace(Date.now)
  const options = {
    actor,
    // No tenant has any of it, and the rows of a base are nobody's.
    allow: ['LOSES_DATA', 'GRANTS_LOST', 'WRITES_ROWS'],
    heard: (course: MigrationCourse) => (course.at < 0 ? undefined : progress.show(pace(course))),
    ...(at !== undefined && { to: at }),
  }
  try {
    const run = await client.migrate(id, folder, options)
    const now = await client.showProject(id)
    const told = isOurs ? [`left alone in every namespace: ${tables.join(', ')} (the setting \`ignore\`)`] : []
    const text = [[projectText(now), ...told].join('\n'), runText(run, surroundings.colour)].join('\n\n')
    return { document: { project: now }, text, exitCode: exitCodeOfRun(run, EXIT.interrupted) }
  } finally {
    progress.stop()
  }
}
