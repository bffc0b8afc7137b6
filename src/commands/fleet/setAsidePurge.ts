import type { Command } from 'commander'
import { addCommand, type CommonFlags, withClient } from '../command.ts'
import { EXIT } from '../exitCodes.ts'
import type { Surroundings } from '../io.ts'
import { setAsideProblems } from './setAsideProblems.ts'

interface Flags extends CommonFlags {
  readonly now?: boolean
}

/** `set-aside purge`: drops something for good. */
export function addSetAsidePurge(parent: Command, surroundings: Surroundings): void {
  addCommand(parent, {
    usage: 'purge <project> <id>',
    summary: 'drop something for good on every target that has it; its operation cannot be reverted after that',
    example: 'set-aside purge shop delete-tags-1/1/_aside_delete-tags-1_1_tags',
    document: 'set-aside-purged',
  })
    .option('--now', 'before its hold is over')
    .addHelpText(
      'after',
      '\nTake the id from set-aside list. What something of yours depends on (a view, a key) is kept and reported;\n' +
        'the command then exits 5.',
    )
    .action(
      withClient<[string, string], Flags>(surroundings, async (client, [project, id], { actor, now = false }) => {
        const purged = await client.purgeSetAside(project, id, { actor, now })
        const kept = purged.kept === 0 ? '' : `, kept on ${purged.kept}`
        return {
          document: { purged },
          text: [
            `${purged.object}: purged on ${purged.purged} of ${purged.targets} targets${kept}`,
            ...setAsideProblems(purged.problems),
          ].join('\n'),
          exitCode: purged.kept === 0 ? EXIT.done : EXIT.needsRepair,
        }
      }),
    )
}
