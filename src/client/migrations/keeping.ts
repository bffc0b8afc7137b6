/** What the tool of a folder is to be told of some of its migrations. */
import { InputInvalid } from '../../errors.ts'
import type { Migration, MigrationFolder } from '../../migrations/migration.ts'
import { keptRowsOf } from '../../migrations/rowsOfTool.ts'
import type { KeptRows, KeptTool } from '../../physical/plan/plan.ts'

/** Errors: `INPUT_INVALID` where the folder is another tool's, `MIGRATIONS_INVALID`. */
export async function keeping(
  folder: string,
  read: MigrationFolder,
  tool: KeptTool | undefined,
  migrations: readonly Migration[],
): Promise<{ keptRows?: KeptRows }> {
  if (tool === undefined) return {}
  if (tool !== read.format) {
    const text = `The folder is one of ${read.format}, so that nobody knows what ${tool} would keep of it.`
    throw new InputInvalid('INPUT_INVALID', text, { path: 'keep' })
  }
  return { keptRows: await keptRowsOf(folder, read, { tool, migrations }) }
}
