/** Runs of migrations for people. */
import { namesOf } from '../../client/migrations/compareFolder.ts'
import type {
  MigrationRunDocument,
  MigrationStatusDocument,
  MigrationStep,
} from '../../client/migrations/migrationDocuments.ts'
import { operationText } from '../render/operationText.ts'
import { planText } from '../render/planText.ts'
import { table } from '../render/table.ts'

/** What is pending, and what of it has no way back: told before the first is begun. */
export function beginningText({ format, applied_before: applied, migrations, notes }: MigrationRunDocument): string {
  const counts = `format: ${format}; ${applied} applied, ${migrations.length} pending`
  if (migrations.length === 0) return [counts, ...notes].join('\n')
  const hazards = migrations.flatMap((each) =>
    each.hazards.length === 0 ? [] : [`hazards of ${each.name}: ${each.hazards.join(', ')}`],
  )
  const lines = [counts, `pending: ${namesOf(migrations)}`, ...noDownText(migrations), ...hazards]
  return [...lines, ...noted(migrations, notes)].join('\n')
}

function noDownText(migrations: readonly MigrationStep[]): readonly string[] {
  const without = migrations.filter(({ has_down }) => !has_down)
  if (without.length === 0) return []
  return [
    `no down: ${namesOf(without)}`,
    'Their way back is written and proven where they only add objects; others need --on-tenant-failure park or hold.',
  ]
}

function noted(
  migrations: readonly { readonly notes: readonly string[] }[],
  notes: readonly string[],
): readonly string[] {
  return [...notes, ...migrations.flatMap((each) => each.notes)].map((each) => `note: ${each}`)
}

/** How a run ended, behind what was told at its beginning. */
export function runText(run: MigrationRunDocument, colour: boolean): string {
  const { migrations, stopped } = run
  if (run.dry_run)
    return [beginningText(run), ...migrations.flatMap((each, at) => dryText(run, each, at, colour))].join('\n')
  if (migrations.length === 0) return 'nothing to do'
  const rows = migrations.map(({ name, state, operation, revision, parked }) => [
    name,
    state.replaceAll('_', ' '),
    revision,
    operation,
    parked === 0 ? '' : `${parked} ${parked === 1 ? 'tenant' : 'tenants'} left behind, parked`,
  ])
  const done = table(['migration', 'state', 'revision', 'operation', ''], rows)
  if (stopped === null) return done
  const why =
    stopped.operation === null || stopped.error_code === null
      ? stopped.error_code === null
        ? [stopped.error]
        : [`error ${stopped.error_code}: ${stopped.error}`]
      : [operationText(stopped.operation, colour)]
  return [done, '', ...why, stopped.summary].join('\n')
}

/** The first plan is the one that would run; revision and hash of the others follow from it. Of one operation there is one. */
function dryText(
  { migrations }: MigrationRunDocument,
  { name, plan }: MigrationStep,
  at: number,
  colour: boolean,
): readonly string[] {
  if (plan === null) return []
  const isOfAll = migrations[at + 1]?.plan === null
  const lines = planText(plan, colour).split('\n')
  return [
    '',
    isOfAll ? `all ${migrations.length}, as one operation:` : `${name}:`,
    ...(at === 0 ? lines : lines.filter((line) => !/^(revision|plan hash):/.test(line))),
  ]
}

/** The lines of `migrate status`. */
export function statusText({ project, format, counts, migrations, notes, clean }: MigrationStatusDocument): string {
  const { applied, pending, changed, missing, pending_without_down: without } = counts
  const rows = migrations.map(({ name, state, revision, has_down }) => [
    name,
    STATES[state],
    revision,
    has_down ? 'yes' : 'no',
  ])
  return [
    `project ${project}, format ${format}: ${clean ? 'clean' : 'not clean'}`,
    `${applied} applied, ${pending} pending (${without} without a down), ${changed} changed since, ${missing} missing in the folder`,
    ...noted(
      migrations.filter(({ state }) => state === 'pending'),
      notes,
    ),
    '',
    table(['migration', 'state', 'revision', 'down'], rows),
  ].join('\n')
}

const STATES = {
  applied: 'applied',
  pending: 'pending',
  changed: 'changed since',
  missing: 'missing in the folder',
} as const
