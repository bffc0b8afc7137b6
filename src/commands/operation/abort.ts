import type { Command } from 'commander'
import { addCommand, type CommonFlags, withClient } from '../command.ts'
import type { Surroundings } from '../io.ts'
import { watchOperation } from './follow.ts'

interface Flags extends CommonFlags {
  readonly reason?: string
}

/** `operation abort`: undo what was done so far, and end as cancelled. */
export function addOperationAbort(parent: Command, surroundings: Surroundings): void {
  addCommand(parent, {
    usage: 'abort <id>',
    summary: 'undo what an operation has done so far, and end it as cancelled',
    example: 'operation abort food-category-1 --reason "wrong model"',
    document: 'operation',
  })
    .option('--reason <text>', 'why, for the audit')
    .action(
      withClient<[string], Flags>(surroundings, async (client, [id], { actor, reason }) => {
        const handle = await client.operation(id)
        await handle.abort({ actor, ...(reason !== undefined && { reason }) })
        const { exitCode: _, ...answer } = await watchOperation(surroundings, handle)
        return answer
      }),
    )
}
