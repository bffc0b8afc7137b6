import type { Command } from 'commander'
import { addCommand, type CommonFlags, withClient } from '../command.ts'
import type { Surroundings } from '../io.ts'
import { table } from '../render/table.ts'

/** `server list`. */
export function addServerList(parent: Command, surroundings: Surroundings): void {
  addCommand(parent, {
    usage: 'list',
    summary: 'all servers',
    example: 'server list --json',
    document: 'servers',
  }).action(
    withClient<[], CommonFlags>(surroundings, async (client) => {
      const servers = await client.listServers()
      const rows = servers.map((each) => [
        each.id,
        each.dsn_env,
        each.max_sessions,
        each.tables_in === null ? 'shared' : `per tenant, tables in ${each.tables_in}`,
      ])
      return { document: { servers }, text: table(['server', 'variable', 'sessions', 'database'], rows, 'no servers') }
    }),
  )
}
