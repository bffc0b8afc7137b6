import { resolve } from 'node:path'
import { type Command, Option } from 'commander'
import type { MigrationCourse } from '../../client/migrations/runMigrations.ts'
import type { ProjectDocument, SchemaSagaClient } from '../../client/types.ts'

import { InputInvalid } from '../../errors.ts'
import { type Answer, addCommand, type CommonFlags, withClient } from '../command.ts'
import { EXIT } from '../exitCodes.ts'
import type { Surroundings } from '../io.ts'
import { exitCodeOfRun } from '../migration/migrate.ts'
import { runText } from '../migration/migrationText.ts'
import { createPace } from '../migration/pace.ts'
import { createProgress } from '../render/progress.ts'
import { projectText } from '../render/projectText.ts'

interface Flags extends CommonFlags {
  readonly server?: string
  readonly namespace?: string
  readonly tenantOnly?: boolean
  readonly kind: 'models' | 'sql'
  readonly baseline?: string
  readonly migrations?: string
  readonly at?: string
  readonly sourceNamespace?: string
  readonly rewriteBodies?: boolean
  readonly seed?: string
}

/** `project create`: with a base on a server, or with tenants only. */
export function addProjectCreate(parent: Command, surroundings: Surroundings): void {
  addCommand(parent, {
    usage: 'create <id>',
    summary: 'create a project; its base namespace is created when it is missing',
    example: 'project create shop --server alpha --namespace shop_base',
    document: 'project',
  })
    .option('--server <id>', 'the server of the base')
    .option('--namespace <name>', 'the namespace of the base')
    .addOption(new Option('--tenant-only', 'the project has no base').conflicts(['server', 'namespace']))
    .addOption(new Option('--kind <kind>', 'what describes it').choices(['models', 'sql']).default('models'))
    .option('--baseline <file>', 'of kind sql: what pg_dump --schema-only wrote of one namespace, or a script by hand')
    .option(
      '--migrations <folder>',
      'of kind sql: a folder whose files make its base, behind the baseline if there is one, a revision each',
    )
    .option('--at <name>', 'with --migrations: the last file that is run (default: all)')
    .option('--source-namespace <name>', 'the namespace that the names in the file are qualified with; known of a dump')
    .option('--rewrite-bodies', 'take that namespace off names in the bodies of functions, too')
    .option(
      '--seed <tables>',
      'of kind sql: tables, between commas, whose rows new tenants begin with (default: those that the file inserts into)',
    )
    .action(
      withClient<[string], Flags>(surroundings, async (client, [id], flags) => {
        const baseline = await baselineOf(flags, surroundings)
        const project = await client.createProject({
          id,
          base: baseOf(flags),
          actor: flags.actor,
          ...baseline,
          ...seedOf(flags),
        })
        return await migrated(surroundings, client, project, flags)
      }),
    )
}

/** Revisions for the files of a folder: what is imported afterwards is known by them. */
async function migrated(
  surroundings: Surroundings,
  client: SchemaSagaClient,
  project: ProjectDocument,
  { migrations, at, actor }: Flags,
): Promise<Answer> {
  if (migrations === undefined) return { document: { project }, text: projectText(project) }
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
    const run = await client.migrate(project.id, resolve(surroundings.folder, migrations), options)
    const now = await client.showProject(project.id)
    const text = [projectText(now), runText(run, surroundings.colour)].join('\n\n')
    return { document: { project: now }, text, exitCode: exitCodeOfRun(run, EXIT.interrupted) }
  } finally {
    progress.stop()
  }
}

function baseOf({ server, namespace, tenantOnly }: Flags): { server: string; namespace: string } | null {
  if (tenantOnly) return null
  if (server !== undefined && namespace !== undefined) return { server, namespace }
  throw new InputInvalid('INPUT_INVALID', 'Give --server and --namespace of the base, or --tenant-only.')
}

function seedOf({ kind, seed }: Flags): { seed?: readonly string[] } {
  if (seed === undefined) return {}
  if (kind !== 'sql')
    throw new InputInvalid('INPUT_INVALID', '--seed is for a project of --kind sql.', { path: 'seed' })
  const tables = seed.split(',').map((each) => each.trim())
  return { seed: tables.filter((each) => each !== '') }
}

async function baselineOf(
  { kind, baseline: file, migrations, sourceNamespace: namespace, rewriteBodies }: Flags,
  { readInput }: Surroundings,
): Promise<{ baseline?: { text: string; source: string; namespace?: string; rewriteBodies?: boolean } }> {
  if ((kind === 'sql') !== (file !== undefined || migrations !== undefined)) {
    const text = '--kind sql goes with --baseline or --migrations: what the base of the project is made of.'
    throw new InputInvalid('INPUT_INVALID', text, { path: 'baseline' })
  }
  if (migrations !== undefined && file === undefined) return { baseline: { text: '', source: 'an empty baseline' } }
  if (file === undefined) return {}
  const how = { ...(namespace !== undefined && { namespace }), ...(rewriteBodies !== undefined && { rewriteBodies }) }
  return { baseline: { text: await readInput(file), source: file === '-' ? 'standard input' : file, ...how } }
}
