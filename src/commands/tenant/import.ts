import { type Command, Option } from 'commander'
import { addCommand, type CommonFlags, withClient } from '../command.ts'
import { EXIT } from '../exitCodes.ts'
import type { Surroundings } from '../io.ts'
import { importText } from '../render/importText.ts'
import { type NamedInFile, parseIds } from './idsFile.ts'

interface Flags extends CommonFlags {
  readonly server: string
  readonly like: string
  readonly except?: readonly string[]
  readonly ids?: string
  readonly baseline?: string
  readonly dryRun?: boolean
  readonly takeOver?: string
  readonly asTheyAre?: boolean
  readonly atNewest?: boolean
  readonly atOldest?: boolean
}

/** `tenant import`: takes over a fleet that is there already; no table is touched. */
export function addTenantImport(parent: Command, surroundings: Surroundings): void {
  addCommand(parent, {
    usage: 'import <project>',
    summary: 'take over existing namespaces: those that match the project become active, the others are parked',
    example: "tenant import shop --server alpha --like 'tenant\\_%' --dry-run",
    document: 'tenant-import',
  })
    .requiredOption('--server <id>', 'the server that holds them')
    .requiredOption('--like <pattern>', 'their names, as a pattern of LIKE, in which _ is any character and \\_ is _')
    .option('--except <pattern...>', 'leave out the names that match one of these patterns')
    .option(
      '--ids <file>',
      'tenant ids by namespace, where names give no id or the same one twice: a JSON object, or CSV with the header namespace,id,revision',
    )
    .option('--baseline <namespace>', 'the namespace from which a project without models takes its first schema')
    .addOption(
      new Option('--as-they-are', 'leave alone all tables that no model has, from now on').conflicts('baseline'),
    )
    .option(
      '--take-over <catalog-or-project>',
      'also take what belongs to this catalog or project; on record in the audit',
    )
    .addOption(
      new Option('--at-newest', 'of kind sql: what looks like several revisions is the newest of them').conflicts(
        'atOldest',
      ),
    )
    .option('--at-oldest', 'of kind sql: what looks like several revisions is the oldest of them')
    .option('--dry-run', 'only say what would be done')
    .action(
      withClient<[string], Flags>(surroundings, async (client, [project], flags) => {
        const { server, like, except, ids: file, baseline, asTheyAre, dryRun, takeOver, actor } = flags
        const named: NamedInFile = file === undefined ? {} : await parseIds(await surroundings.readInput(file))
        const result = await client.importTenants(project, {
          server,
          like,
          actor,
          ...(except !== undefined && { except }),
          ...named,
          ...amongOf(flags),
          ...(baseline !== undefined && { baseline }),
          ...(asTheyAre !== undefined && { asTheyAre }),
          ...(dryRun !== undefined && { dryRun }),
          ...(takeOver !== undefined && { takeOver }),
        })
        const { parked, refused } = result.counts
        // What an earlier import has said is no news: a job that imports every hour is green again.
        const isNews = parked - result.parked_before + refused > 0
        const exitCode = isNews && !result.dry_run ? EXIT.needsRepair : EXIT.done
        return { document: { import: result }, text: importText(project, result), exitCode }
      }),
    )
}

function amongOf({ atNewest, atOldest }: Flags): { among?: 'newest' | 'oldest' } {
  if (atNewest === true) return { among: 'newest' }
  return atOldest === true ? { among: 'oldest' } : {}
}
