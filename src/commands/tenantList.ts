import type { Command } from 'commander'
import { addCommand, type CommonFlags, withClient } from './command.ts'
import type { Surroundings } from './surroundings.ts'
import { table } from './table.ts'

/** `tenant list`. */
export function addTenantList(parent: Command, surroundings: Surroundings): void {
  addCommand(parent, {
    usage: 'list <project>',
    summary: 'all tenants of a project with their state and revision',
    example: 'tenant list shop --json',
  }).action(
    withClient<[string], CommonFlags>(surroundings, async (client, [project]) => {
      const tenants = await client.listTenants(project)
      const rows = tenants.map((each) => [
        each.id,
        each.server,
        each.namespace,
        each.revision,
        each.state,
        each.reason ?? each.cause,
      ])
      const head = ['tenant', 'server', 'namespace', 'revision', 'state', 'reason']
      return { document: { tenants }, text: table(head, rows, 'no tenants') }
    }),
  )
}
