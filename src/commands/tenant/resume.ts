import type { Command } from 'commander'
import { wholeNumber } from '../arguments.ts'
import { addCommand, type CommonFlags, withClient } from '../command.ts'
import type { Surroundings } from '../io.ts'
import { broughtBackText } from '../render/tenantText.ts'

interface Flags extends CommonFlags {
  readonly at?: number
}

/** `tenant resume`: catches up and waits for the end. */
export function addTenantResume(parent: Command, surroundings: Surroundings): void {
  addCommand(parent, {
    usage: 'resume <project> <id>',
    summary: 'bring a suspended tenant to the revision of its project, and activate it',
    example: 'tenant resume shop ada',
    document: 'tenant',
  })
    .option('--at <revision>', 'the revision that its tables have, where they fit several', wholeNumber(0))
    .action(
      withClient<[string, string], Flags>(surroundings, async (client, [project, id], { actor, at }) => {
        const tenant = await client.resumeTenant(project, id, { actor, ...(at !== undefined && { at }) })
        return { document: { tenant }, text: broughtBackText(tenant) }
      }),
    )
}
