import type { Command } from 'commander'
import type { SchemaSagaClient } from '../../client/types.ts'
import type { MutationRequest } from '../../logical/parse/mutationRequest.ts'
import { type Answer, addCommand, type CommonFlags, withClient } from '../command.ts'
import type { Surroundings } from '../io.ts'
import { planText } from '../render/planText.ts'

/** `plan`: what a mutation would do. */
export function addPlan(parent: Command, surroundings: Surroundings): void {
  addCommand(parent, {
    usage: 'plan <project> <file>',
    summary: 'what a mutation would do: revision, changes, SQL both ways, hazards, targets; changes nothing',
    example: 'plan shop examples/01-create-food-category.json',
    document: 'plan',
  })
    .addHelpText('after', '\nThe file holds one mutation as JSON; - reads it from stdin.')
    .action(
      withClient<[string, string], CommonFlags>(surroundings, async (client, [project, file]) => {
        // Loaded late: the parser is large, and `--help` needs none.
        const { parseMutationText } = await import('../../logical/parse/parseMutation.ts')
        return await answerPlan(surroundings, client, project, parseMutationText(await surroundings.readInput(file)))
      }),
    )
}

/** The plan of a mutation, as an answer. */
export async function answerPlan(
  surroundings: Surroundings,
  client: SchemaSagaClient,
  project: string,
  mutation: MutationRequest,
): Promise<Answer> {
  const plan = await client.plan(project, mutation)
  return { document: { plan }, text: planText(plan, surroundings.colour) }
}
