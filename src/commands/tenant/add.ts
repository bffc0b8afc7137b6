import type { Command } from 'commander'
import { addCommand, type CommonFlags, withClient } from '../command.ts'
import type { Surroundings } from '../io.ts'

interface Flags extends CommonFlags {
  readonly server: string
  readonly namespace?: string
}

/** `tenant add`: provisions a tenant at the current revision. */
export function addTenantAdd(parent: Command, surroundings: Surroundings): void {
  addCommand(parent, {
    usage: 'add <project> <id>',
    summary: 'provision a tenant: its namespace with all tables at the current revision',
    example: 'tenant add shop ada --server alpha',
    document: 'tenant',
  })
    .requiredOption('--server <id>', 'the server that holds the tenant')
    .option('--namespace <name>', 'its namespace: a new or an empty one (default: <project>_<tenant>)')
    .action(
      withClient<[string, string], Flags>(surroundings, async (client, [project, id], flags) => {
        const { server, namespace, actor } = flags
        const tenant = await client.addTenant(project, {
          id,
          server,
          actor,
          ...(namespace !== undefined && { namespace }),
        })
        const text = `Tenant ${tenant.id} is ${tenant.state} at revision ${tenant.revision}: ${tenant.namespace} on ${tenant.server}.`
        return { document: { tenant }, text }
      }),
    )
}
