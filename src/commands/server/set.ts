import type { Command } from 'commander'
import { wholeNumber } from '../arguments.ts'
import { addCommand, type CommonFlags, withClient } from '../command.ts'
import type { Surroundings } from '../io.ts'

interface Flags extends CommonFlags {
  readonly maxSessions: number
}

/** `server set`: another budget of sessions, while workers run. */
export function addServerSet(parent: Command, surroundings: Surroundings): void {
  addCommand(parent, {
    usage: 'set <id>',
    summary: 'change the budget of sessions of a server',
    example: 'server set alpha --max-sessions 4',
    document: 'server',
  })
    .requiredOption('--max-sessions <n>', 'sessions at once on this server, over all workers', wholeNumber(1))
    .action(
      withClient<[string], Flags>(surroundings, async (client, [id], { maxSessions, actor }) => {
        const server = await client.setServer({ id, maxSessions, actor })
        const text = `Server ${server.id} has ${server.max_sessions} sessions; workers follow within seconds.`
        return { document: { server }, text }
      }),
    )
}
