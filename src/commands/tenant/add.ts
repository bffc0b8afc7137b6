import { type Command, Option } from 'commander'
import type { SchemaSagaClient } from '../../client/types.ts'
import type { ProvisionTenantsResult } from '../../contract.ts'
import { InputInvalid } from '../../errors.ts'
import { type Answer, addCommand, type CommonFlags, withClient } from '../command.ts'
import { EXIT } from '../exitCodes.ts'
import type { Surroundings } from '../io.ts'
import { table } from '../render/table.ts'
import { parseTenantList } from './tenantList.ts'

interface Flags extends CommonFlags {
  readonly server?: string
  readonly namespace?: string
  readonly file?: string
}

/** `tenant add`: provisions a tenant, or those of a list, at the current revision. */
export function addTenantAdd(parent: Command, surroundings: Surroundings): void {
  addCommand(parent, {
    usage: 'add <project> [id]',
    summary: 'provision a tenant, or many: each is a namespace with all tables at the current revision',
    example: 'tenant add shop ada --server alpha',
    document: ['tenant', 'tenants-added'],
  })
    .option('--server <id>', 'the server that holds the tenant; with --file, those whose line names none')
    .option('--namespace <name>', 'its namespace: a new or an empty one (default: <project>_<tenant>)')
    .addOption(
      new Option('--file <path>', 'many tenants: a file with the header id,server,namespace (- for stdin)').conflicts(
        'namespace',
      ),
    )
    .action(
      withClient<[string, string | undefined], Flags>(surroundings, async (client, [project, id], flags) => {
        const { file } = flags
        if (file === undefined) return await addOne(client, project, { ...flags, id })
        if (id !== undefined)
          throw new InputInvalid('INPUT_INVALID', 'Give a tenant or --file, not both.', { path: 'file' })
        return await addListed(
          client,
          project,
          { ...flags, text: await surroundings.readInput(file) },
          surroundings.err,
        )
      }),
    )
}

async function addOne(
  client: SchemaSagaClient,
  project: string,
  { id, server, namespace, actor }: Flags & { readonly id: string | undefined },
): Promise<Answer> {
  if (id === undefined) {
    throw new InputInvalid('INPUT_INVALID', 'Give the id of the tenant, or --file with many.', { path: 'id' })
  }
  if (server === undefined) {
    throw new InputInvalid('INPUT_INVALID', 'Give --server: the server that holds the tenant.', { path: 'server' })
  }
  const tenant = await client.addTenant(project, { id, server, actor, ...(namespace !== undefined && { namespace }) })
  const text = `Tenant ${tenant.id} is ${tenant.state} at revision ${tenant.revision}: ${tenant.namespace} on ${tenant.server}.`
  return { document: { tenant }, text }
}

/** Those that failed are named, and the same file can be given again. */
async function addListed(
  client: SchemaSagaClient,
  project: string,
  { text, server, actor }: Flags & { readonly text: string },
  tell: (line: string) => void,
): Promise<Answer> {
  const tenants = await parseTenantList(text, server)
  const heard = (done: number): void => {
    if (done < tenants.length) tell(`${done} of ${tenants.length} tenants have had their turn.`)
  }
  const provisioned = await client.addTenants(project, tenants, { actor, heard })
  const exitCode = provisioned.failed.length > 0 ? EXIT.needsRepair : EXIT.done
  return { document: { provisioned }, text: listedText(provisioned), exitCode }
}

function listedText({ added, there, failed }: ProvisionTenantsResult): string {
  const line = `${added} added, ${there} there before, ${failed.length} failed`
  if (failed.length === 0) return line
  const rows = failed.map(({ id, server, namespace, code, error }) => [
    id,
    `${server}/${namespace}`,
    `${code}: ${error}`,
  ])
  return [
    line,
    '',
    table(['tenant', 'place', 'why'], rows),
    '',
    'Give the same file again once the reasons are gone.',
  ].join('\n')
}
