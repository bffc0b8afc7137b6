import type { Command } from 'commander'
import { wholeNumber } from '../arguments.ts'
import { addCommand, type CommonFlags, withClient } from '../command.ts'
import type { Surroundings } from '../io.ts'

interface Flags extends CommonFlags {
  readonly dsnEnv: string
  readonly maxSessions?: number
  readonly databasePerTenant?: boolean
  readonly tablesIn?: string
}

/** `server add`: names a server; its connection string stays in the worker's environment. */
export function addServerAdd(parent: Command, surroundings: Surroundings): void {
  addCommand(parent, {
    usage: 'add <id>',
    summary: 'name a Postgres server that holds targets',
    example: 'server add alpha --dsn-env ALPHA_URL --max-sessions 8',
    document: 'server',
  })
    .requiredOption('--dsn-env <name>', "the variable of the worker's environment that holds the connection string")
    .option('--max-sessions <n>', 'sessions at once on this server, over all workers (default 8)', wholeNumber(1))
    .option('--database-per-tenant', 'the connection string has {namespace} in the place of the database name')
    .option('--tables-in <namespace>', 'for a database per tenant: the namespace of the tables (default public)')
    .action(
      withClient<[string], Flags>(surroundings, async (client, [id], flags) => {
        const { dsnEnv, maxSessions, databasePerTenant, tablesIn, actor } = flags
        const server = await client.addServer({
          id,
          dsnEnv,
          actor,
          ...(maxSessions !== undefined && { maxSessions }),
          ...(databasePerTenant !== undefined && { databasePerTenant }),
          ...(tablesIn !== undefined && { tablesIn }),
        })
        return { document: { server }, text: `Server ${server.id} is read from ${server.dsn_env}.` }
      }),
    )
}
