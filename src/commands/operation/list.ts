import { type Command, Option } from 'commander'
import { OPERATION_STATUSES, type OperationDocument, type OperationStatus } from '../../contract.ts'
import { addCommand, type CommonFlags, withClient } from '../command.ts'
import type { Surroundings } from '../io.ts'
import { paintStatus } from '../render/colours.ts'
import { tenantsText } from '../render/operationText.ts'
import { table } from '../render/table.ts'

interface Flags extends CommonFlags {
  readonly status?: readonly OperationStatus[]
}

/** `operation list`. */
export function addOperationList(parent: Command, surroundings: Surroundings): void {
  addCommand(parent, {
    usage: 'list <project>',
    summary: 'the operations of a project',
    example: 'operation list shop --status failed needs_repair',
    document: 'operations',
  })
    .addOption(new Option('--status <status...>', 'only those in one of these statuses').choices(OPERATION_STATUSES))
    .action(
      withClient<[string], Flags>(surroundings, async (client, [project], { status }) => {
        const operations = await client.listOperations(project, status === undefined ? {} : { statuses: status })
        return { document: { operations }, text: operationsTable(operations, surroundings.colour, 'no operations') }
      }),
    )
}

/** Operations one per line. */
export function operationsTable(operations: readonly OperationDocument[], colour: boolean, none: string): string {
  const rows = operations.map((each) => [
    each.id,
    each.type,
    paintStatus(each.status, colour),
    each.attempt,
    each.revision,
    tenantsText(each.tenants),
    each.submitted_at,
  ])
  return table(['operation', 'type', 'status', 'attempt', 'revision', 'tenants', 'submitted'], rows, none)
}
