import type { Command } from 'commander'
import { addCommand, type CommonFlags, withClient } from '../command.ts'
import type { Surroundings } from '../io.ts'
import { tenantLine } from '../render/tenantText.ts'

interface Flags extends CommonFlags {
  readonly reason?: string
}

/** `tenant park`: operations leave the tenant out until a person brings it back. */
export function addTenantPark(parent: Command, surroundings: Surroundings): void {
  addCommand(parent, {
    usage: 'park <project> <id>',
    summary: 'park a tenant at its revision; operations leave it out until it is unparked',
    example: 'tenant park shop ada --reason "audit until Friday"',
    document: 'tenant',
  })
    .option('--reason <text>', 'why, kept with the tenant and in the audit')
    .action(
      withClient<[string, string], Flags>(surroundings, async (client, [project, id], { actor, reason = null }) => {
        const tenant = await client.parkTenant(project, id, { actor, reason })
        return { document: { tenant }, text: tenantLine(tenant) }
      }),
    )
}
