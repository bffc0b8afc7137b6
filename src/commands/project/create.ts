import { type Command, Option } from 'commander'
import { InputInvalid } from '../../errors.ts'
import { addCommand, type CommonFlags, withClient } from '../command.ts'
import type { Surroundings } from '../io.ts'
import { projectText } from '../render/projectText.ts'

interface Flags extends CommonFlags {
  readonly server?: string
  readonly namespace?: string
  readonly tenantOnly?: boolean
  readonly kind: 'models' | 'sql'
  readonly baseline?: string
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

async function baselineOf(
  { kind, baseline: file, sourceNamespace: namespace, rewriteBodies }: Flags,
  { readInput }: Surroundings,
): Promise<{ baseline?: { text: string; source: string; namespace?: string; rewriteBodies?: boolean } }> {
  if ((kind === 'sql') !== (file !== undefined)) {
    const text = '--kind sql and --baseline go together: the file is what the base of the project is made of.'
    throw new InputInvalid('INPUT_INVALID', text, { path: 'baseline' })
  }
  if (file === undefined) return {}
  const how = { ...(namespace !== undefined && { namespace }), ...(rewriteBodies !== undefined && { rewriteBodies }) }
  return { baseline: { text: await readInput(file), source: file === '-' ? 'standard input' : file, ...how } }
}
