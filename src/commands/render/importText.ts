/** What an import found and did, for people. */
import type { ImportedTenant, ImportResult, ParkedNamespace } from '../../contract.ts'
import { table } from './table.ts'

/** The lines of `tenant import`. */
export function importText(project: string, result: ImportResult): string {
  const { dry_run: dryRun, baseline, counts, parked_before: before } = result
  // A worker of an earlier release says nothing of these three.
  const { alike_revisions: alike = [], ignored_tables: ignored = [], revisions = [] } = result
  const lines = dryRun ? ['Nothing was changed; this is what would be done.'] : []
  if (baseline !== null) {
    lines.push(
      `schema of revision ${baseline.revision}, taken from ${baseline.namespace}: ${baseline.models.join(', ')}`,
    )
    for (const { table: name, reasons } of baseline.left_alone)
      lines.push(`left alone: ${name} (${reasons.join('; ')})`)
  }
  lines.push(
    `${counts.matched} active, ${counts.parked} parked${before > 0 ? ` (${before} of them by an earlier import)` : ''}, ` +
      `${counts.registered} registered before, ${counts.refused} refused`,
  )
  if (ignored.length > 0) lines.push(`left alone from now on: ${ignored.join(', ')}`)
  for (const { revision, name, tenants } of revisions)
    lines.push(`at revision ${revision}${name === '' ? '' : `, ${name}`}: ${tenants}`)
  for (const among of alike) lines.push(`revisions ${among.join(', ')} look alike`)
  const rows = rowsOf(result)
  const named = rows.length === 0 ? [] : ['', table(['namespace', 'tenant', 'revision', ''], rows)]
  return [...lines, ...named, ...nextSteps(project, result)].join('\n')
}

function rowsOf({ dry_run: dryRun, counts, matched, parked, refused, revisions = [] }: ImportResult) {
  const [newest] = revisions
  const rows = [
    // Whoever tries it out wants to see each namespace with the id that it would get.
    ...(dryRun
      ? matched.map((each) => [
          each.namespace,
          each.tenant,
          newest?.revision ?? null,
          `would become active${decidedText(each)}`,
        ])
      : []),
    ...parked.map((each) => [each.namespace, each.tenant, each.revision ?? null, parkedText(each)]),
    ...refused.map((each) => [each.namespace, null, null, `refused (${each.code}): ${each.reason}`]),
  ]
  const left =
    (dryRun ? counts.matched - matched.length : 0) + counts.parked - parked.length + counts.refused - refused.length
  return left > 0 ? [...rows, [`and ${left} more`, null, null, null]] : rows
}

/** Of one that looks like several revisions: how it is known which. */
function decidedText({ decided_by: by = null, tool_table: tool = null }: ImportedTenant): string {
  return by === null ? '' : ` (${tool === null ? '' : `${tool} `}${DECIDED[by]})`
}

const DECIDED: Readonly<Record<NonNullable<ImportedTenant['decided_by']>, string>> = {
  said: 'which of the revisions that look alike was said',
  choice: 'of the revisions that look alike the one that was asked for',
  tool_table: 'tells which of the revisions that look alike',
  newest: 'the newest of those that look alike, as none writes rows',
}

function parkedText(each: ParkedNamespace): string {
  const { revision, differences } = each
  if ((revision ?? null) !== null) return `parked: it is behind${decidedText(each)}`
  const [first = '', ...rest] = differences
  const isList = first.startsWith('It ') && rest.length > 0
  return `parked: ${isList ? `${first}: ${rest.join('; ')}` : differences.join('; ')}`
}

/** Behind the sentence that says so there is nothing but them. */
function differsInGrants({ revision, differences: [, ...rest] }: ParkedNamespace): boolean {
  return (revision ?? null) === null && rest.length > 0 && rest.every((each) => each.startsWith('grants of '))
}

/** What the person does now who has brought a fleet. */
function nextSteps(project: string, { dry_run: dryRun, parked, matched, revisions = [] }: ImportResult): string[] {
  const isBehind = parked.some(({ revision }) => (revision ?? null) !== null)
  // Not done by the import itself: that touches no table.
  const steps =
    isBehind || (parked.length > 0 && !dryRun)
      ? [`\`schema-saga tenant unpark ${project} --all\` brings up those that are behind their project.`]
      : []
  if (parked.some(differsInGrants))
    steps.push('Namespaces that differ only in grants match once the setting `ignore` has grants:* among its patterns.')
  if (revisions.length > 0 && !dryRun && matched.length + parked.length > 0)
    steps.push('The tool that has changed these namespaces so far must not run on them any more.')
  return steps.length === 0 ? [] : ['', ...steps]
}
