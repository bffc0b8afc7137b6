import type { Command } from 'commander'
import type { ApplyOptions } from '../../client/types.ts'
import { addCommand, withClient } from '../command.ts'
import type { Surroundings } from '../io.ts'
import { type ApplyFlags, addApplyFlags } from './applyFlags.ts'
import { submitMutation } from './submitMutation.ts'

/** `apply`: submits a mutation and waits for its end. */
export function addApply(parent: Command, surroundings: Surroundings): void {
  const command = addCommand(parent, {
    usage: 'apply <project> <file>',
    summary: 'apply a mutation to the base and every tenant, and wait for the end',
    example: 'apply shop examples/01-create-food-category.json --id food-category-1',
    document: ['operation', 'plan'],
  })
  addApplyFlags(command, 'the idempotency key: the same id is the same operation (default: a fresh one)')
    .addHelpText(
      'after',
      '\nThe file holds one mutation as JSON, or an array of several, which are one changeset; - reads stdin.',
    )
    .action(
      withClient<[string, string], ApplyFlags>(surroundings, async (client, [project, file], flags) => {
        // Loaded late: the parser is large, and `--help` needs none.
        const { parseMutationText } = await import('../../logical/parse/parseMutation.ts')
        const mutation = parseMutationText(await surroundings.readInput(file))
        const submit = (options: ApplyOptions) => client.apply(project, mutation, options)
        return await submitMutation(surroundings, client, { project, mutation, flags, submit })
      }),
    )
}
