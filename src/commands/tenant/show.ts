import type { Command } from 'commander'
import { addCommand, type CommonFlags, withClient } from '../command.ts'
import type { Surroundings } from '../io.ts'
import { tenantText } from '../render/tenantText.ts'

/** `tenant show`. */
export function addTenantShow(parent: Command, surroundings: Surroundings): void {
  addCommand(parent, {
    usage: 'show <project> <id>',
    summary: 'one tenant, why it is in its state, and what recent operations did with it',
    example: 'tenant show shop ada',
    document: 'tenant',
  }).action(
    withClient<[string, string], CommonFlags>(surroundings, async (client, [project, id]) => {
      const tenant = await client.showTenant(project, id)
      return { document: { tenant }, text: tenantText(tenant) }
    }),
  )
}
