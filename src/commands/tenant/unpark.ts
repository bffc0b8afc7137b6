import type { Command } from 'commander'
import { wholeNumber } from '../arguments.ts'
import { addCommand, type CommonFlags, withClient } from '../command.ts'
import type { Surroundings } from '../io.ts'
import { broughtBackText } from '../render/tenantText.ts'

interface Flags extends CommonFlags {
  readonly at?: number
}

/** `tenant unpark`: catches up, waits for the end, and stays parked with the reason when it fails. */
export function addTenantUnpark(parent: Command, surroundings: Surroundings): void {
  addCommand(parent, {
    usage: 'unpark <project> <id>',
    summary: 'bring a parked tenant to the revision of its project, and activate it',
    example: 'tenant unpark shop ada',
    document: 'tenant',
  })
    .option('--at <revision>', 'the revision that its tables have, where they fit several', wholeNumber(0))
    .action(
      withClient<[string, string], Flags>(surroundings, async (client, [project, id], { actor, at }) => {
        const tenant = await client.unparkTenant(project, id, { actor, ...(at !== undefined && { at }) })
        return { document: { tenant }, text: broughtBackText(tenant) }
      }),
    )
}
