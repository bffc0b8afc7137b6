import type { Command } from 'commander'
import { addCommand, type CommonFlags, withClient } from '../command.ts'
import type { Surroundings } from '../io.ts'

/** `init`: the catalog's tables, Temporal's search attributes, and the Schedule of the reconciler. */
export function addInit(parent: Command, surroundings: Surroundings): void {
  addCommand(parent, {
    usage: 'init',
    summary: 'create the tables of the catalog, the search attributes and the Schedule in Temporal; repeatable',
    example: 'init',
    document: 'init',
  }).action(
    withClient<[], CommonFlags>(surroundings, async (client) => {
      await client.initialise()
      return { document: { initialised: true }, text: 'The catalog and Temporal are ready.' }
    }),
  )
}
