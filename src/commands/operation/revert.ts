import type { Command } from 'commander'
import type { ApplyOptions } from '../../client/types.ts'
import { addCommand, withClient } from '../command.ts'
import type { Surroundings } from '../io.ts'
import { type ApplyFlags, addApplyFlags } from './applyFlags.ts'
import { submitMutation } from './submitMutation.ts'

/** `operation revert`: a new operation that takes back a committed one. */
export function addOperationRevert(parent: Command, surroundings: Surroundings): void {
  const command = addCommand(parent, {
    usage: 'revert <id>',
    summary: 'take back a committed operation with a new one, which brings back what was set aside',
    example: 'operation revert delete-tags-1 --dry-run',
    document: ['operation', 'plan'],
  })
  addApplyFlags(command, 'the id of the new operation: the same id is the same operation (default: a fresh one)')
    .addHelpText(
      'after',
      '\nRefused with REVERT_BLOCKED when a later operation has changed the same model, field or connection, or when\n' +
        'what was set aside has been purged. What the operation made is set aside in its turn. A tenant born after the\n' +
        'operation gets what it had deleted empty. A revert can be reverted.',
    )
    .action(
      withClient<[string], ApplyFlags>(surroundings, async (client, [id], flags) => {
        const mutation = { type: 'revert', operation_id: id } as const
        const { project } = await (await client.operation(id)).show()
        const submit = (options: ApplyOptions) => client.revert(id, options)
        return await submitMutation(surroundings, client, { project, mutation, flags, submit })
      }),
    )
}
