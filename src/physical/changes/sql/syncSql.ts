/** The trigger function of a sync. */
import { type Assignment, overRow } from '../../expressions/expression.ts'
import { ident, literal } from '../../sql.ts'

/** What of a sync decides its SQL. */
export interface Sync {
  readonly name: string
  readonly number: number
  readonly direction: 'forward' | 'backward'
  readonly assignments: readonly Assignment[]
  /** Only for rows whose key moves. */
  readonly moves?: true
}

/** The function of a sync, in the namespace of its table, so that it goes with it. */
export function syncFunction({ name }: Pick<Sync, 'name'>): string {
  return `schema_saga_sync_${name}`
}

/**
 * Triggers fire in the order of their names: after those of the application, which may still change the row, and a
 * later sync before an earlier one, which may read what the later one writes.
 */
export function syncTrigger({ name, number }: Pick<Sync, 'name' | 'number'>): string {
  return `~schema_saga_sync_${String(9999 - number).padStart(4, '0')}_${name}`
}

/** Nobody goes back any more: what did not fit into the old columns is of no use. */
export function forgetMisfitsSql({ name }: Pick<Sync, 'name'>): string {
  return `DELETE FROM schema_saga_target.misfit WHERE namespace = :'ns' AND sync = ${literal(name)}`
}

/** The body: new values when what they come from, or the row's key, has changed, and a note when one did not fit. */
export function syncBody({ name, direction, assignments, moves }: Sync): string {
  if (moves) return movesBody(assignments)
  const written = assignments.map(({ column }) => column)
  const read = [...new Set(assignments.flatMap(({ value }) => value.columns))].filter(
    (column) => !written.includes(column),
  )
  // A row whose key changes may move behind the batches that fill the new columns.
  const row = (record: 'NEW' | 'OLD') =>
    `ROW(${['id', ...read].map((column) => `${record}.${ident(column)}`).join(', ')})`
  const sets = assignments.map(({ column, value }) => `    NEW.${ident(column)} := ${overRow(value, 'NEW')};`)
  const misfit = misfitOf(assignments, 'NEW')
  const note = `PERFORM schema_saga_target.note_misfit_v1(TG_TABLE_SCHEMA::text, ${literal(name)}, ${literal(direction)}, NEW."id"::text)`
  return [
    'BEGIN',
    `  IF TG_OP = 'INSERT' OR ${row('NEW')} IS DISTINCT FROM ${row('OLD')} THEN`,
    ...sets,
    '  END IF;',
    ...(misfit === null ? [] : [`  IF ${misfit} THEN`, `    ${note};`, '  END IF;']),
    '  RETURN NEW;',
    'END',
  ].join('\n')
}

/** A row whose key moves may get behind the batches that fill a copy, which otherwise holds what was there once. */
function movesBody(assignments: readonly Assignment[]): string {
  const sets = assignments.flatMap(({ column, value }) => [
    `    IF NEW.${ident(column)} IS NULL THEN`,
    `      NEW.${ident(column)} := ${overRow(value, 'NEW')};`,
    '    END IF;',
  ])
  return [
    'BEGIN',
    `  IF TG_OP = 'UPDATE' AND NEW."id" IS DISTINCT FROM OLD."id" THEN`,
    ...sets,
    '  END IF;',
    '  RETURN NEW;',
    'END',
  ].join('\n')
}

function misfitOf(assignments: readonly Assignment[], row: string): string | null {
  const conditions = assignments.flatMap(({ misfit }) => (misfit === null ? [] : [`(${overRow(misfit, row)})`]))
  return conditions.length === 0 ? null : conditions.join(' OR ')
}
