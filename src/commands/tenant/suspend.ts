import type { Command } from 'commander'
import { addCommand, type CommonFlags, withClient } from '../command.ts'
import type { Surroundings } from '../io.ts'
import { tenantLine } from '../render/tenantText.ts'

interface Flags extends CommonFlags {
  readonly reason?: string
}

/** `tenant suspend`: as parked, for reasons that are not technical. */
export function addTenantSuspend(parent: Command, surroundings: Surroundings): void {
  addCommand(parent, {
    usage: 'suspend <project> <id>',
    summary: 'suspend a tenant; operations leave it out until it is resumed',
    example: 'tenant suspend shop ada --reason "has not paid"',
    document: 'tenant',
  })
    .option('--reason <text>', 'why, kept with the tenant and in the audit')
    .action(
      withClient<[string, string], Flags>(surroundings, async (client, [project, id], { actor, reason = null }) => {
        const tenant = await client.suspendTenant(project, id, { actor, reason })
        return { document: { tenant }, text: tenantLine(tenant) }
      }),
    )
}
