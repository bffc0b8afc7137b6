import type { Command } from 'commander'
import type { OperationHandle } from '../../client/operationHandle.ts'
import { type Answer, addCommand, type CommonFlags, withClient } from '../command.ts'
import type { Surroundings } from '../io.ts'
import { operationText } from '../render/operationText.ts'
import { stepsTable } from '../render/stepsTable.ts'

interface Flags extends CommonFlags {
  readonly tenants?: boolean
  readonly cursor?: string
}

/** `operation show`: the record of an operation, or those of its tenants. */
export function addOperationShow(parent: Command, surroundings: Surroundings): void {
  addCommand(parent, {
    usage: 'show <id>',
    summary: 'the record of one operation as it is now',
    example: 'operation show food-category-1 --tenants',
    document: ['operation', 'operation-tenants'],
  })
    .option('--tenants', 'the records of its tenants, a page at a time')
    .option('--cursor <next>', 'with --tenants: the page that follows, as "next" of the page before')
    .action(
      withClient<[string], Flags>(surroundings, async (client, [id], flags) => {
        const handle = await client.operation(id)
        if (flags.tenants) return await showTenants(handle, flags.cursor)
        const operation = await handle.show()
        const text = `${operationText(operation, surroundings.colour)}\n\n${stepsTable(
          'step',
          operation.steps.map((step) => ({ ...step, name: step.key })),
        )}`
        return { document: { operation }, text }
      }),
    )
}

async function showTenants(handle: OperationHandle, cursor: string | undefined): Promise<Answer> {
  const page = await handle.tenants(cursor === undefined ? {} : { cursor })
  const rows = stepsTable(
    'tenant',
    page.tenants.map((tenant) => ({ ...tenant, name: tenant.scope })),
  )
  const more = page.next === null ? '' : `\nmore: --cursor ${page.next}`
  return { document: { tenants: page.tenants, next: page.next }, text: `${rows}${more}` }
}
