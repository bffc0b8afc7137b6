import { type Command, Option } from 'commander'
import { OPERATION_STATUSES, type OperationStatus } from '../../contract.ts'
import { wholeNumber } from '../arguments.ts'
import { addCommand, type CommonFlags, withClient } from '../command.ts'
import type { Surroundings } from '../io.ts'
import { operationsTable } from './list.ts'

interface Flags extends CommonFlags {
  readonly status?: readonly OperationStatus[]
  readonly limit?: number
}

/** `repairable`: the operations of a project that want a look. */
export function addRepairable(parent: Command, surroundings: Surroundings): void {
  addCommand(parent, {
    usage: 'repairable <project>',
    summary: 'operations that failed, need repair, or have been silent for two minutes',
    example: 'repairable shop',
    document: 'operations',
  })
    .addOption(new Option('--status <status...>', 'those in one of these statuses instead').choices(OPERATION_STATUSES))
    .option('--limit <n>', 'how many, at most 50', wholeNumber(1))
    .action(
      withClient<[string], Flags>(surroundings, async (client, [project], { status, limit }) => {
        const operations = await client.listRepairable(project, {
          ...(status !== undefined && { statuses: status }),
          ...(limit !== undefined && { limit }),
        })
        return { document: { operations }, text: operationsTable(operations, surroundings.colour, 'nothing to repair') }
      }),
    )
}
