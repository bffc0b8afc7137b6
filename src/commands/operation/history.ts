import type { Command } from 'commander'
import { addCommand, type CommonFlags, withClient } from '../command.ts'
import type { Surroundings } from '../io.ts'
import { operationText } from '../render/operationText.ts'
import { stepsTable } from '../render/stepsTable.ts'

/** `operation history`: the full record of the ledger. */
export function addOperationHistory(parent: Command, surroundings: Surroundings): void {
  addCommand(parent, {
    usage: 'history <id>',
    summary: 'the full record: request, schema before and after, plans, every step',
    example: 'operation history food-category-1 --json',
    document: 'operation-history',
  })
    .option('--texts', 'with the statements of a change by SQL, which those see who may apply it')
    .action(
      withClient<[string], CommonFlags & { readonly texts?: true }>(surroundings, async (client, [id], flags) => {
        const { texts = false, actor } = flags
        const handle = await client.operation(id)
        const history = await (texts ? handle.history({ texts, actor }) : handle.history())
        const steps = history.steps.map((step) => ({
          ...step,
          name: step.scope === '' ? step.key : `${step.key} ${step.scope}`,
        }))
        const text = [
          operationText(history.operation, surroundings.colour),
          `request: ${JSON.stringify(history.request)}`,
          `plans: ${history.plans.length} (in full with --json, like the schemas before and after)`,
          ...(history.texts_left_out ? ['Statements are left out; --texts tells them to those who may apply.'] : []),
          '',
          stepsTable('step', steps),
        ].join('\n')
        return { document: history, text }
      }),
    )
}
