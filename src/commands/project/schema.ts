import type { Command } from 'commander'
import { wholeNumber } from '../arguments.ts'
import { addCommand, type CommonFlags, withClient } from '../command.ts'
import type { Surroundings } from '../io.ts'
import { recordText } from '../render/recordText.ts'
import { schemaText } from '../render/schemaText.ts'

interface Flags extends CommonFlags {
  readonly revision?: number
}

/** `schema show`: the logical schema now or then, or what a namespace holds that is described by SQL. */
export function addSchemaShow(parent: Command, surroundings: Surroundings): void {
  addCommand(parent, {
    usage: 'show <project>',
    summary: 'the models, or the objects of a project of kind sql, now or at an earlier revision',
    example: 'schema show shop --revision 3',
    document: 'schema',
  })
    .option('--revision <n>', 'the schema as it was then', wholeNumber(0))
    .action(
      withClient<[string], Flags>(surroundings, async (client, [project], { revision }) => {
        const shown = await client.showSchema(project, revision)
        const { revision: at, schema, objects } = shown
        return { document: shown, text: objects === undefined ? schemaText(at, schema) : recordText(at, objects) }
      }),
    )
}
