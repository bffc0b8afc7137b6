import type { Command } from 'commander'
import { addCommand, type CommonFlags, withClient } from '../command.ts'
import type { Surroundings } from '../io.ts'
import { watchOperation } from './follow.ts'

/** `operation watch`: follows an operation to its end. */
export function addOperationWatch(parent: Command, surroundings: Surroundings): void {
  addCommand(parent, {
    usage: 'watch <id>',
    summary: 'follow an operation until it is closed or needs repair',
    example: 'operation watch food-category-1',
    document: 'operation',
  }).action(
    withClient<[string], CommonFlags>(surroundings, async (client, [id]) =>
      watchOperation(surroundings, await client.operation(id)),
    ),
  )
}
