import type { Command } from 'commander'
import { addCommand, type CommonFlags, withClient } from '../command.ts'
import type { Surroundings } from '../io.ts'

interface Flags extends CommonFlags {
  readonly reason?: string
}

/** `tenant remove`: unregisters, and never drops anything. */
export function addTenantRemove(parent: Command, surroundings: Surroundings): void {
  addCommand(parent, {
    usage: 'remove <project> <id>',
    summary: 'take a tenant out of its project; its namespace and rows stay as they are',
    example: 'tenant remove shop ada --reason "moved to its own project"',
    document: 'tenant-removed',
  })
    .option('--reason <text>', 'why, kept in the audit')
    .action(
      withClient<[string, string], Flags>(surroundings, async (client, [project, id], { actor, reason = null }) => {
        const tenant = await client.removeTenant(project, id, { actor, reason })
        const text = `Tenant ${id} is removed from ${project}; ${tenant.namespace} on ${tenant.server} was left as it is.`
        return { document: { removed: tenant }, text }
      }),
    )
}
