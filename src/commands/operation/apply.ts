import type { Command } from 'commander'
import type { ApplyOptions } from '../../client/types.ts'
import { addCommand, withClient } from '../command.ts'
import type { Surroundings } from '../io.ts'
import { type ApplyFlags, addApplyFlags } from './applyFlags.ts'
import { DOWN_FLAG, REQUEST_FILE, readRequestFile } from './requestFile.ts'
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
    .option(...DOWN_FLAG)
    .addHelpText('after', REQUEST_FILE)
    .action(
      withClient<[string, string], ApplyFlags & { readonly down?: string }>(
        surroundings,
        async (client, [project, file], { down, ...flags }) => {
          const mutation = await readRequestFile(surroundings, file, down)
          const submit = (options: ApplyOptions) => client.apply(project, mutation, options)
          return await submitMutation(surroundings, client, { project, mutation, flags, submit })
        },
      ),
    )
}
