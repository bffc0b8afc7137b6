import type { Command } from 'commander'
import { addCommand, type CommonFlags, withClient } from '../command.ts'
import type { Surroundings } from '../io.ts'

/** `project archive`: unregisters, and never drops anything. */
export function addProjectArchive(parent: Command, surroundings: Surroundings): void {
  addCommand(parent, {
    usage: 'archive <id>',
    summary: 'take a project out of use; its base, its tenants and its ledger stay as they are',
    example: 'project archive shop',
    document: 'project',
  }).action(
    withClient<[string], CommonFlags>(surroundings, async (client, [id], { actor }) => {
      const project = await client.archiveProject(id, { actor })
      return { document: { project }, text: `Project ${id} is archived; nothing of it was dropped.` }
    }),
  )
}
