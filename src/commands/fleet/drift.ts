import type { Command } from 'commander'
import type { DriftDocument, DriftGroup } from '../../contract.ts'
import { addCommand, type CommonFlags, withClient } from '../command.ts'
import { EXIT } from '../exitCodes.ts'
import type { Surroundings } from '../io.ts'
import { table } from '../render/table.ts'
import { targetsText } from '../render/targetsText.ts'

interface Flags extends CommonFlags {
  readonly tenant?: string
}

/** `drift`: exits 6 when a target does not look as its revision says. */
export function addDrift(parent: Command, surroundings: Surroundings): void {
  addCommand(parent, {
    usage: 'drift <project>',
    summary: 'targets that do not look as their own revision says; changes nothing, exits 6 when there are any',
    example: 'drift shop --tenant t07',
    document: 'drift',
  })
    .option('--tenant <id>', 'only this tenant')
    .action(
      withClient<[string], Flags>(surroundings, async (client, [project], { tenant }) => {
        const found = await client.drift(project, tenant === undefined ? {} : { tenant })
        const drifted = found.matching < found.checked
        return { document: found, text: driftText(found), exitCode: drifted ? EXIT.findings : EXIT.done }
      }),
    )
}

function driftText(found: DriftDocument): string {
  const { checked, matching, in_flight: inFlight, drift, groups_left_out: groups, targets_left_out: targets } = found
  return [
    `${checked} checked, ${matching} as their revision says, ${checked - matching} drifted`,
    ...(inFlight > 0 ? [`${inFlight} not looked at, because an operation is working on them`] : []),
    ...drift.map(groupText),
    ...(groups > 0 ? [`\nand ${groups} more groups of ${targets} targets`] : []),
  ].join('\n')
}

function groupText(group: DriftGroup): string {
  const rows = group.differences.map(({ object, kind, expected, actual }) => [
    object,
    kind,
    valueText(expected),
    valueText(actual),
  ])
  const notes = group.differences.flatMap(({ object, note }) => (note === undefined ? [] : [`${object}: ${note}`]))
  const more = group.differences_left_out
  return [
    `\n${targetsText(group)} at revision ${group.revision}:`,
    table(['object', 'is', 'expected', 'actual'], rows),
    ...(more > 0 ? [`and ${more} more differences`] : []),
    ...(group.looks_like === undefined ? [] : [otherText(group.looks_like, group.tenants)]),
    ...(notes.length > 0 ? ['as undos have noted:', ...notes.map((note) => `  ${note}`)] : []),
    ...(group.repair.length > 0 ? ['to add what is missing (psql -v ns=<namespace>):'] : []),
    ...group.repair.map((sql) => `  ${sql};`),
  ].join('\n')
}

function otherText(revision: number, targets: readonly string[]): string {
  const hasTenant = targets.some((name) => name !== 'base')
  const ways = [
    ...(hasTenant ? ['park the tenant, and `tenant unpark` brings it up from there'] : []),
    ...(targets.includes('base') ? ['`project catch-up` brings the base up from there'] : []),
  ]
  return `their tables look like those of revision ${revision}: ${ways.join('; ')}`
}

function valueText(value: unknown): string | null {
  return value === null || typeof value === 'string' ? value : JSON.stringify(value)
}
