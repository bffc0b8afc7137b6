import type { Command } from 'commander'
import type { ImportResult } from '../../contract.ts'
import { addCommand, type CommonFlags, withClient } from '../command.ts'
import { EXIT } from '../exitCodes.ts'
import type { Surroundings } from '../io.ts'
import { table } from '../render/table.ts'

interface Flags extends CommonFlags {
  readonly server: string
  readonly like: string
  readonly baseline?: string
  readonly dryRun?: boolean
  readonly takeOver?: string
}

/** `tenant import`: takes over a fleet that is there already; no table is touched. */
export function addTenantImport(parent: Command, surroundings: Surroundings): void {
  addCommand(parent, {
    usage: 'import <project>',
    summary: 'take over namespaces that are there already: active where they look like the project, parked elsewhere',
    example: "tenant import shop --server alpha --like 'tenant_%' --dry-run",
    document: 'tenant-import',
  })
    .requiredOption('--server <id>', 'the server that holds them')
    .requiredOption('--like <pattern>', 'their names, as a pattern of LIKE')
    .option('--baseline <namespace>', 'the namespace from which a project without models takes its first schema')
    .option(
      '--take-over <catalog-or-project>',
      'also take what belongs to this catalog or project; on record in the audit',
    )
    .option('--dry-run', 'only say what would be done')
    .action(
      withClient<[string], Flags>(surroundings, async (client, [project], flags) => {
        const { server, like, baseline, dryRun, takeOver, actor } = flags
        const result = await client.importTenants(project, {
          server,
          like,
          actor,
          ...(baseline !== undefined && { baseline }),
          ...(dryRun !== undefined && { dryRun }),
          ...(takeOver !== undefined && { takeOver }),
        })
        const { parked, refused } = result.counts
        const exitCode = parked + refused > 0 && !result.dry_run ? EXIT.needsRepair : EXIT.done
        return { document: { import: result }, text: importText(result), exitCode }
      }),
    )
}

function importText({ dry_run: dryRun, baseline, counts, parked, refused }: ImportResult): string {
  const lines = dryRun ? ['Nothing was changed; this is what would be done.'] : []
  if (baseline !== null) {
    lines.push(
      `schema of revision ${baseline.revision}, taken from ${baseline.namespace}: ${baseline.models.join(', ')}`,
    )
    for (const { table: name, reasons } of baseline.left_alone)
      lines.push(`left alone: ${name} (${reasons.join('; ')})`)
  }
  lines.push(
    `${counts.matched} active, ${counts.parked} parked, ${counts.registered} registered before, ${counts.refused} refused`,
  )
  const rows = [
    ...parked.map((each) => [each.namespace, each.tenant, `parked: ${each.differences.join('; ')}`]),
    ...refused.map((each) => [each.namespace, null, `refused (${each.code}): ${each.reason}`]),
  ]
  return rows.length === 0 ? lines.join('\n') : [...lines, '', table(['namespace', 'tenant', 'why'], rows)].join('\n')
}
