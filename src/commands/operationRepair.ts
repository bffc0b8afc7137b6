import { type Command, Option } from 'commander'
import { addCommand, type CommonFlags, withClient } from './command.ts'
import type { Surroundings } from './surroundings.ts'

interface Flags extends CommonFlags {
  readonly action: 'retry'
  readonly note?: string
}

/** `operation repair`: what a person decides about an operation that needs repair. */
export function addOperationRepair(parent: Command, surroundings: Surroundings): void {
  addCommand(parent, {
    usage: 'repair <id>',
    summary: 'decide about an operation that needs repair',
    example: 'operation repair food-category-1 --action retry --note "the server is back"',
  })
    .addOption(new Option('--action <action>', 'what to do').choices(['retry']).makeOptionMandatory())
    .option('--note <text>', 'why, for the audit')
    .action(
      withClient<[string], Flags>(surroundings, async (client, [id], { action, note, actor }) => {
        const handle = await client.operation(id)
        await handle.repair({ action, actor, ...(note !== undefined && { note }) })
        const text = `Operation ${id} was told to ${action}; watch it with: schema-saga operation watch ${id}`
        return { document: { operation: await handle.show() }, text }
      }),
    )
}
