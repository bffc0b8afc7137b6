import type { Command } from 'commander'
import { wholeNumber } from '../arguments.ts'
import { addCommand, type CommonFlags, withClient } from '../command.ts'
import type { Surroundings } from '../io.ts'
import { projectText } from '../render/projectText.ts'

interface Flags extends CommonFlags {
  readonly at?: number
}

/** `project catch-up`: for a base that was restored from a backup, or that an operation left half-way. */
export function addProjectCatchUp(parent: Command, surroundings: Surroundings): void {
  addCommand(parent, {
    usage: 'catch-up <id>',
    summary: 'find out which revision the tables of the base have, and bring the base to that of the project',
    example: 'project catch-up shop',
    document: 'project',
  })
    .option('--at <revision>', 'the revision that its tables have, where they fit several', wholeNumber(0))
    .action(
      withClient<[string], Flags>(surroundings, async (client, [id], { actor, at }) => {
        const project = await client.catchUpBase(id, { actor, ...(at !== undefined && { at }) })
        const { found_revision: found, revision } = project
        const missed =
          found === null || found === revision
            ? []
            : [`The tables of its base were those of revision ${found}: it got what it had missed since.`]
        return { document: { project }, text: [projectText(project), ...missed].join('\n') }
      }),
    )
}
