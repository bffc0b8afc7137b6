import type { Command } from 'commander'
import { wholeNumber } from '../arguments.ts'
import { addCommand, type CommonFlags, withClient } from '../command.ts'
import type { Surroundings } from '../io.ts'
import { schemaText } from '../render/schemaText.ts'

interface Flags extends CommonFlags {
  readonly revision?: number
}

/** `schema show`: the logical schema, now or then. */
export function addSchemaShow(parent: Command, surroundings: Surroundings): void {
  addCommand(parent, {
    usage: 'show <project>',
    summary: 'the logical schema, now or at an earlier revision',
    example: 'schema show shop --revision 3',
    document: 'schema',
  })
    .option('--revision <n>', 'the schema as it was then', wholeNumber(0))
    .action(
      withClient<[string], Flags>(surroundings, async (client, [project], { revision }) => {
        const shown = await client.showSchema(project, revision)
        return { document: shown, text: schemaText(shown.revision, shown.schema) }
      }),
    )
}
