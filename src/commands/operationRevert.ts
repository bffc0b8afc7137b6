import type { Command } from 'commander'
import { addCommand, type CommonFlags, withClient } from './command.ts'
import { planText } from './planText.ts'
import { submittedDocument } from './submittedDocument.ts'
import type { Surroundings } from './surroundings.ts'
import { watchOperation } from './watchOperation.ts'

interface Flags extends CommonFlags {
  readonly id?: string
  readonly detach?: boolean
  readonly dryRun?: boolean
}

/** `operation revert`: a new operation that takes back a committed one. */
export function addOperationRevert(parent: Command, surroundings: Surroundings): void {
  addCommand(parent, {
    usage: 'revert <id>',
    summary: 'take back a committed operation with a new one, which brings back what was set aside',
    example: 'operation revert delete-tags-1 --dry-run',
  })
    .option('--id <key>', 'the id of the new operation: the same id is the same operation (default: a fresh one)')
    .option('--dry-run', 'print the plan and change nothing')
    .option('--detach', 'return as soon as the operation is submitted')
    .addHelpText(
      'after',
      '\nRefused with REVERT_BLOCKED when a later operation has changed the same model, field or connection, or when\n' +
        'what was set aside has been purged. What the operation made is set aside in its turn. A tenant born after the\n' +
        'operation gets what it had deleted empty. A revert can be reverted.',
    )
    .action(
      withClient<[string], Flags>(
        surroundings,
        async (client, [id], { actor, id: operationId, detach, dryRun, json }) => {
          const mutation = { type: 'revert', operation_id: id }
          const { project } = await (await client.operation(id)).show()
          if (dryRun) {
            const plan = await client.plan(project, mutation)
            return { document: { plan }, text: planText(plan, surroundings.colour) }
          }
          const handle = await client.revert(id, { actor, ...(operationId !== undefined && { operationId }) })
          const say = json ? surroundings.err : surroundings.out
          say(`operation ${handle.id}`)
          if (!detach) return await watchOperation(surroundings, handle)
          return {
            document: { operation: submittedDocument({ id: handle.id, project, mutation, actor }) },
            text: `It goes on without you; watch it with: schema-saga operation watch ${handle.id}`,
          }
        },
      ),
    )
}
