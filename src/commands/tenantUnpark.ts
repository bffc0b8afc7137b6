import type { Command } from 'commander'
import { addCommand, type CommonFlags, withClient } from './command.ts'
import type { Surroundings } from './surroundings.ts'
import { tenantLine } from './tenantText.ts'

/** `tenant unpark`: catches up, waits for the end, and stays parked with the reason when it fails. */
export function addTenantUnpark(parent: Command, surroundings: Surroundings): void {
  addCommand(parent, {
    usage: 'unpark <project> <id>',
    summary: 'bring a parked tenant to the revision of its project, and activate it',
    example: 'tenant unpark shop ada',
  }).action(
    withClient<[string, string], CommonFlags>(surroundings, async (client, [project, id], { actor }) => {
      const tenant = await client.unparkTenant(project, id, { actor })
      return { document: { tenant }, text: tenantLine(tenant) }
    }),
  )
}
