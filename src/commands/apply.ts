import type { Command } from 'commander'
import { parseMutationText } from '../logical/parseMutation.ts'
import { type ApplyFlags, addApplyFlags, applyOptionsOf } from './applyFlags.ts'
import { addCommand, withClient } from './command.ts'
import { followSubmitted } from './followSubmitted.ts'
import { planText } from './planText.ts'
import type { Surroundings } from './surroundings.ts'

/** `apply`: submits a mutation and waits for its end. */
export function addApply(parent: Command, surroundings: Surroundings): void {
  const command = addCommand(parent, {
    usage: 'apply <project> <file>',
    summary: 'apply a mutation to the base and every tenant, and wait for the end',
    example: 'apply shop examples/01-create-food-category.json --id food-category-1',
  })
  addApplyFlags(command, 'the idempotency key: the same id is the same operation (default: a fresh one)')
    .addHelpText(
      'after',
      '\nThe file holds one mutation as JSON, or an array of several, which are one changeset; - reads stdin.',
    )
    .action(
      withClient<[string, string], ApplyFlags>(surroundings, async (client, [project, file], flags) => {
        const mutation = parseMutationText(await surroundings.readInput(file))
        if (flags.dryRun) {
          const plan = await client.plan(project, mutation)
          return { document: { plan }, text: planText(plan, surroundings.colour) }
        }
        const handle = await client.apply(project, mutation, applyOptionsOf(flags))
        return await followSubmitted(surroundings, handle, { project, mutation, flags })
      }),
    )
}
