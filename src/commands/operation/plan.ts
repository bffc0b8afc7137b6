import type { Command } from 'commander'
import type { PlanOptions, SchemaSagaClient } from '../../client/types.ts'
import type { MutationRequest } from '../../logical/parse/mutationRequest.ts'
import { type Answer, addCommand, type CommonFlags, withClient } from '../command.ts'
import type { Surroundings } from '../io.ts'
import { planText } from '../render/planText.ts'
import { DOWN_FLAG, REQUEST_FILE, readRequestFile } from './requestFile.ts'

/** `plan`: what a mutation would do. */
export function addPlan(parent: Command, surroundings: Surroundings): void {
  addCommand(parent, {
    usage: 'plan <project> <file>',
    summary: 'what a mutation would do: revision, changes, SQL both ways, hazards, targets; changes nothing',
    example: 'plan shop examples/01-create-food-category.json',
    document: 'plan',
  })
    .option(...DOWN_FLAG)
    .option(
      '--prove',
      'run SQL on the base as apply does and roll it back: what the proof says (needs the right to apply)',
    )
    .addHelpText('after', REQUEST_FILE)
    .action(
      withClient<[string, string], CommonFlags & { readonly down?: string; readonly prove?: boolean }>(
        surroundings,
        async (client, [project, file], { down, prove = false, actor }) => {
          const mutation = await readRequestFile(surroundings, file, down)
          return await answerPlan(surroundings, client, project, mutation, prove ? { prove, actor } : undefined)
        },
      ),
    )
}

/** The plan of a mutation, as an answer. */
export async function answerPlan(
  surroundings: Surroundings,
  client: SchemaSagaClient,
  project: string,
  mutation: MutationRequest,
  options?: PlanOptions,
): Promise<Answer> {
  const plan = await (options === undefined ? client.plan(project, mutation) : client.plan(project, mutation, options))
  return { document: { plan }, text: planText(plan, surroundings.colour) }
}
