import { type Command, Option } from 'commander'
import type { SchemaSagaClient } from '../../client/types.ts'
import { InputInvalid } from '../../errors.ts'
import { usualNamespaceOf } from '../../migrations/toolTables.ts'
import { addCommand, type CommonFlags, withClient } from '../command.ts'
import type { Surroundings } from '../io.ts'
import { projectText } from '../render/projectText.ts'
import { type FolderOfBase, folderOfBase, makeRevisions } from './baseOfFolder.ts'

interface Flags extends CommonFlags {
  readonly server?: string
  readonly namespace?: string
  readonly tenantOnly?: boolean
  readonly kind: 'models' | 'sql'
  readonly baseline?: string
  readonly baselineFrom?: string
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
    .addOption(
      new Option(
        '--baseline-from <namespace>',
        'of kind sql: a namespace of the server, which a worker writes down with its pg_dump',
      ).conflicts(['baseline', 'sourceNamespace']),
    )
    .option(
      '--migrations <folder>',
      'of kind sql: a folder whose files make its base, behind the baseline if there is one, a revision each',
    )
    .option('--at <name>', 'with --migrations: the last file that is run (default: all)')
    .option(
      '--source-namespace <name>',
      'the namespace that names in the files are qualified with (default: the one that was dumped; public for Drizzle)',
    )
    .option('--rewrite-bodies', 'take that namespace off names in the bodies of functions, too')
    .option(
      '--seed <tables>',
      'of kind sql: tables, between commas, whose rows new tenants begin with (default: those that the file inserts into)',
    )
    .action(
      withClient<[string], Flags>(surroundings, async (client, [id], flags) => {
        const folder = await folderOfBase(surroundings, flags)
        const baseline = await baselineOf(flags, surroundings, folder)
        const project = await client.createProject({
          id,
          base: baseOf(flags),
          actor: flags.actor,
          ...baseline,
          ...seedOf(flags),
        })
        if (folder !== null) return await makeRevisions(surroundings, client, project, folder)
        return { document: { project }, text: projectText(project) }
      }),
    )
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

type Baseline = NonNullable<Parameters<SchemaSagaClient['createProject']>[0]['baseline']>

async function baselineOf(
  { kind, baseline: file, baselineFrom: from, sourceNamespace, rewriteBodies }: Flags,
  { readInput }: Surroundings,
  folder: FolderOfBase | null,
): Promise<{ baseline?: Baseline }> {
  if ((kind === 'sql') !== (file !== undefined || from !== undefined || folder !== null)) {
    const text =
      '--kind sql goes with --baseline, --baseline-from or --migrations: what the base of the project is made of.'
    throw new InputInvalid('INPUT_INVALID', text, { path: 'baseline' })
  }
  if (from !== undefined) return { baseline: { from, ...(rewriteBodies !== undefined && { rewriteBodies }) } }
  if (file === undefined && folder === null) return {}
  const usual = file === undefined && folder !== null ? usualNamespaceOf(folder.format) : null
  const namespace = sourceNamespace ?? usual ?? undefined
  const how = { ...(namespace !== undefined && { namespace }), ...(rewriteBodies !== undefined && { rewriteBodies }) }
  if (file === undefined) return { baseline: { text: '', source: 'an empty baseline', ...how } }
  return { baseline: { text: await readInput(file), source: file === '-' ? 'standard input' : file, ...how } }
}
