import type { Command } from 'commander'
import { parseMutationText } from '../logical/parseMutation.ts'
import { addCommand, type CommonFlags, withClient } from './command.ts'
import { planText } from './planText.ts'
import type { Surroundings } from './surroundings.ts'

/** `plan`: what a mutation would do. */
export function addPlan(parent: Command, surroundings: Surroundings): void {
  addCommand(parent, {
    usage: 'plan <project> <file>',
    summary: 'what a mutation would do: revision, changes, SQL both ways, hazards, targets; changes nothing',
    example: 'plan shop examples/01-create-food-category.json',
  })
    .addHelpText('after', '\nThe file holds one mutation as JSON; - reads it from stdin.')
    .action(
      withClient<[string, string], CommonFlags>(surroundings, async (client, [project, file]) => {
        const plan = await client.plan(project, parseMutationText(await surroundings.readInput(file)))
        return { document: { plan }, text: planText(plan, surroundings.colour) }
      }),
    )
}
