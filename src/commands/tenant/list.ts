import { type Command, Option } from 'commander'
import { TENANT_STATES, type TenantState } from '../../contract.ts'
import { wholeNumber } from '../arguments.ts'
import { addCommand, type CommonFlags, withClient } from '../command.ts'
import type { Surroundings } from '../io.ts'
import { table } from '../render/table.ts'

interface Flags extends CommonFlags {
  readonly state?: TenantState
  readonly after?: string
  readonly limit: number
}

/** `tenant list`: pages of at most 1,000. */
export function addTenantList(parent: Command, surroundings: Surroundings): void {
  addCommand(parent, {
    usage: 'list <project>',
    summary: 'the tenants of a project with their state and revision',
    example: 'tenant list shop --state parked --json',
    document: 'tenants',
  })
    .addOption(new Option('--state <state>', 'only tenants in this state').choices(TENANT_STATES))
    .option('--after <id>', 'begin behind this tenant: the next page')
    .option('--limit <number>', 'tenants on one page', wholeNumber(1), 1_000)
    .action(
      withClient<[string], Flags>(surroundings, async (client, [project], { state, after, limit }) => {
        const { tenants, next } = await client.listTenantPage(project, {
          limit,
          ...(state !== undefined && { state }),
          ...(after !== undefined && { after }),
        })
        const rows = tenants.map((each) => [
          each.id,
          each.server,
          each.namespace,
          each.revision,
          each.state,
          each.reason ?? each.cause,
        ])
        const head = ['tenant', 'server', 'namespace', 'revision', 'state', 'reason']
        const more = next === null ? '' : `\nThere are more: add --after ${next}`
        return { document: { tenants, next }, text: `${table(head, rows, 'no tenants')}${more}` }
      }),
    )
}
