import { type Command, Option } from 'commander'
import { InputInvalid } from '../../errors.ts'
import { addCommand, type CommonFlags, withClient } from '../command.ts'
import type { Surroundings } from '../io.ts'
import { projectText } from '../render/projectText.ts'

interface Flags extends CommonFlags {
  readonly server?: string
  readonly namespace?: string
  readonly tenantOnly?: boolean
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
    .action(
      withClient<[string], Flags>(surroundings, async (client, [id], flags) => {
        const project = await client.createProject({ id, base: baseOf(flags), actor: flags.actor })
        return { document: { project }, text: projectText(project) }
      }),
    )
}

function baseOf({ server, namespace, tenantOnly }: Flags): { server: string; namespace: string } | null {
  if (tenantOnly) return null
  if (server !== undefined && namespace !== undefined) return { server, namespace }
  throw new InputInvalid('INPUT_INVALID', 'Give --server and --namespace of the base, or --tenant-only.')
}
