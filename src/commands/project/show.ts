import type { Command } from 'commander'
import { addCommand, type CommonFlags, withClient } from '../command.ts'
import type { Surroundings } from '../io.ts'
import { projectText } from '../render/projectText.ts'

/** `project show`. */
export function addProjectShow(parent: Command, surroundings: Surroundings): void {
  addCommand(parent, {
    usage: 'show <id>',
    summary: 'one project',
    example: 'project show shop',
    document: 'project',
  }).action(
    withClient<[string], CommonFlags>(surroundings, async (client, [id]) => {
      const project = await client.showProject(id)
      return { document: { project }, text: projectText(project) }
    }),
  )
}
