import { resolve } from 'node:path'
import type { Command } from 'commander'
import type { MigrationFormat } from '../../migrations/migration.ts'
import { addCommand, type CommonFlags, withClient } from '../command.ts'
import { EXIT } from '../exitCodes.ts'
import type { Surroundings } from '../io.ts'
import { formatFlag } from './formatFlag.ts'
import { statusText } from './migrationText.ts'

interface Flags extends CommonFlags {
  readonly format?: MigrationFormat
}

/** `migrate status`: a folder beside what its project has. */
export function addMigrateStatus(parent: Command, surroundings: Surroundings): void {
  addCommand(parent, {
    usage: 'status <project> <folder>',
    summary:
      'what of a folder is applied, pending, changed since, or missing in it; exits with 6 unless all is applied',
    example: 'migrate status shop db/migrations',
    document: 'migration-status',
  })
    .addOption(formatFlag())
    .action(
      withClient<[string, string], Flags>(surroundings, async (client, [project, folder], { format }) => {
        const path = resolve(surroundings.folder, folder)
        const status = await client.migrationStatus(project, path, format === undefined ? {} : { format })
        return { document: { status }, text: statusText(status), exitCode: status.clean ? EXIT.done : EXIT.findings }
      }),
    )
}
