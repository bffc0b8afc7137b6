import type { Command } from 'commander'
import { addCommand, type CommonFlags, withClient } from './command.ts'
import type { Surroundings } from './surroundings.ts'
import { tenantLine } from './tenantText.ts'

/** `tenant resume`: catches up and waits for the end. */
export function addTenantResume(parent: Command, surroundings: Surroundings): void {
  addCommand(parent, {
    usage: 'resume <project> <id>',
    summary: 'bring a suspended tenant to the revision of its project, and activate it',
    example: 'tenant resume shop ada',
  }).action(
    withClient<[string, string], CommonFlags>(surroundings, async (client, [project, id], { actor }) => {
      const tenant = await client.resumeTenant(project, id, { actor })
      return { document: { tenant }, text: tenantLine(tenant) }
    }),
  )
}
