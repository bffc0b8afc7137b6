import type { Command } from 'commander'
import { addCommand, type CommonFlags, withClient } from '../command.ts'
import type { Surroundings } from '../io.ts'
import { watchOperation } from './follow.ts'

interface Flags extends CommonFlags {
  readonly detach?: boolean
}

/** `operation retry`: one more attempt, under the same id. */
export function addOperationRetry(parent: Command, surroundings: Surroundings): void {
  addCommand(parent, {
    usage: 'retry <id>',
    summary: 'one more attempt at an operation that failed, was cancelled or needs repair',
    example: 'operation retry food-category-1',
    document: 'operation',
  })
    .option('--detach', 'return as soon as the attempt has begun')
    .action(
      withClient<[string], Flags>(surroundings, async (client, [id], { actor, detach }) => {
        const handle = await client.operation(id)
        await handle.retry({ actor })
        if (!detach) return await watchOperation(surroundings, handle)
        const operation = await handle.show()
        return { document: { operation }, text: `Attempt ${operation.attempt} of operation ${id} has begun.` }
      }),
    )
}
