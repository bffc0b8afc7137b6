import { type Command, Option } from 'commander'
import type { RepairRequest } from '../../contract.ts'
import { addCommand, type CommonFlags, withClient } from '../command.ts'
import type { Surroundings } from '../io.ts'

interface Flags extends CommonFlags {
  readonly action: RepairRequest['action']
  readonly note?: string
}

/** `operation repair`: what a person decides about an operation that needs repair. */
export function addOperationRepair(parent: Command, surroundings: Surroundings): void {
  addCommand(parent, {
    usage: 'repair <id>',
    summary: 'decide about an operation that needs repair',
    example: 'operation repair food-category-1 --action retry --note "the server is back"',
    document: 'operation',
  })
    .addOption(
      new Option('--action <action>', 'what to do')
        .choices(['retry', 'park', 'compensate', 'accept'])
        .makeOptionMandatory(),
    )
    .option('--note <text>', 'why, for the audit')
    .addHelpText(
      'after',
      `
retry       continue forward where it is held; where its undo did not succeed, try the undo again
park        where it is held: leave the failed tenants behind, parked, and continue
compensate  where it is held: undo everything, and end as failed
accept      where its undo did not succeed: take those targets as they are, parked, and end as failed`,
    )
    .action(
      withClient<[string], Flags>(surroundings, async (client, [id], { action, note, actor }) => {
        const handle = await client.operation(id)
        await handle.repair({ action, actor, ...(note !== undefined && { note }) })
        const text = `Operation ${id} was told to ${action}; watch it with: schema-saga operation watch ${id}`
        return { document: { operation: await handle.show() }, text }
      }),
    )
}
