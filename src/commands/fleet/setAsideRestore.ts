import type { Command } from 'commander'
import { addCommand, type CommonFlags, withClient } from '../command.ts'
import { EXIT } from '../exitCodes.ts'
import type { Surroundings } from '../io.ts'
import { setAsideProblems } from './setAsideProblems.ts'

/** `set-aside restore`: puts back what something holds. */
export function addSetAsideRestore(parent: Command, surroundings: Surroundings): void {
  addCommand(parent, {
    usage: 'restore <project> <id>',
    summary: 'put the values of what is set aside into the table or column that has its name now',
    example: 'set-aside restore shop add-price-1/1/_aside_add-price-1_1_price',
    document: 'set-aside-restored',
  })
    .addHelpText(
      'after',
      '\nThe id is that of set-aside list. Rows that are missing come back, and values where there is none or only the\n' +
        'default; whatever has been written since stays. Nothing is taken away: the object stays set aside until it is\n' +
        'purged. The schema must have the table or column: otherwise, operation revert brings back what a committed\n' +
        'operation deleted, and what an undo set aside has a place once the field or model is added again.',
    )
    .action(
      withClient<[string, string], CommonFlags>(surroundings, async (client, [project, id], { actor }) => {
        const restored = await client.restoreSetAside(project, id, { actor })
        return {
          document: { restored },
          text: [
            `${restored.object}: ${restored.rows_placed} rows put back on ${restored.restored} of ${restored.targets} targets`,
            `rows whose place holds something else: ${restored.rows_left}`,
            ...setAsideProblems(restored.problems),
          ].join('\n'),
          exitCode: restored.restored === restored.targets ? EXIT.done : EXIT.needsRepair,
        }
      }),
    )
}
