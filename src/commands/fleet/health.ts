import type { Command } from 'commander'
import type { HealthDocument, HealthGroup, HealthRow } from '../../contract.ts'
import { addCommand, type CommonFlags, withClient } from '../command.ts'
import { EXIT } from '../exitCodes.ts'
import type { Surroundings } from '../io.ts'
import { table } from '../render/table.ts'
import { targetsText } from '../render/targetsText.ts'

/** `health`: exits 6 when a report has anything to say. */
export function addHealth(parent: Command, surroundings: Surroundings): void {
  addCommand(parent, {
    usage: 'health <project> [model...]',
    summary:
      'the tables of the base and of every tenant beside what their models need; changes nothing, exits 6 on findings',
    example: 'health shop food',
    document: 'health',
  }).action(
    withClient<[string, string[]], CommonFlags>(surroundings, async (client, [project, models]) => {
      const found = await client.health(project, models.length === 0 ? {} : { models })
      const exitCode = found.healthy < found.targets ? EXIT.findings : EXIT.done
      return { document: found, text: healthText(found), exitCode }
    }),
  )
}

function healthText(found: HealthDocument): string {
  const { targets, healthy, in_flight: inFlight, groups, groups_left_out: left, targets_left_out: leftTargets } = found
  return [
    `${targets} targets, ${healthy} healthy`,
    ...(inFlight > 0 ? [`${inFlight} not looked at, because an operation is working on them`] : []),
    ...groups.map(groupText),
    ...(left > 0 ? [`\nand ${left} more groups of ${leftTargets} targets`] : []),
  ].join('\n')
}

function groupText(group: HealthGroup): string {
  const { problem, models, models_left_out: more } = group
  const rows = models.map((row) => [
    row.model_name,
    row.physical_columns.length,
    findingsOf(row).join('; ') || 'healthy',
  ])
  return [
    `\n${targetsText(group)}:`,
    problem ?? table(['table', 'columns', 'findings'], rows, 'no models'),
    ...(more > 0 ? [`and ${more} more tables`] : []),
    ...[...new Set(models.flatMap(({ warnings }) => warnings))].map((warning) => `warning: ${warning}`),
  ].join('\n')
}

function findingsOf(row: HealthRow): readonly string[] {
  const lists: readonly (readonly [string, readonly string[]])[] = [
    ['missing columns', row.missing_columns],
    ['extra columns', row.extra_columns],
    ['types', row.type_differences.map((each) => `${each.column} is ${each.actual}, not ${each.expected}`)],
    ['nullability', row.nullability_differences.map((each) => `${each.column} is ${each.actual}`)],
    ['missing indexes', row.missing_indexes],
    ['invalid indexes', row.invalid_indexes],
    ['missing foreign keys', row.missing_foreign_keys],
  ]
  const found = lists.filter(([, names]) => names.length > 0).map(([label, names]) => `${label}: ${names.join(', ')}`)
  return row.table_exists ? found : ['no table']
}
