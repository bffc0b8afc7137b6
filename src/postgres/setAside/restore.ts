/** Putting back what is set aside, without going behind the back of the logical schema. */
import type pg from 'pg'
import type { RestoreResult } from '../../contract/setAside.ts'
import { RequestRefused } from '../../errors.ts'
import { entryOf } from '../../physical/entryOf.ts'
import { projectSchema } from '../../physical/project.ts'
import { quotedFirst, unquoted } from '../../sql/lineNames.ts'
import { writeAudit } from '../catalog/audit.ts'
import { type Project, requireProject } from '../catalog/projects/projects.ts'
import { readLines } from '../catalog/sql/sqlRevisions.ts'
import { putAsideRowsBack } from './list.ts'
import { type AsideObject, type JudgedRow, requireAsideObject } from './objects.ts'
import type { PurgeAccess } from './purge.ts'

const MOST_PROBLEMS = 100

/**
 * Copies what one object holds into the table or column that bears its name now, where there is a place: rows that are
 * not there, values that are missing or are the default. The object itself stays set aside until it is purged, so
 * nothing can get lost; one that should have come back does so where nothing bears its name. Errors: `NOT_APPLICABLE` when the schema has no such table or column.
 */
export async function restoreSetAside(
  access: PurgeAccess,
  { project, id, actor }: { project: string; id: string; actor: string },
): Promise<RestoreResult> {
  const { catalog, targetPools, signal } = access
  const { object } = await requireAsideObject(access, project, id)
  await requirePlace(catalog, project, object)
  const returns = ({ direction, verdict }: JudgedRow): boolean => direction === 'forward' && verdict.when === 'never'
  const outcomes = await putAsideRowsBack(targetPools, object.rows, returns, signal)
  const done = outcomes.flatMap((each) => ('done' in each && each.done !== null ? [each.done] : []))
  const failed = outcomes.flatMap((each) => ('error' in each ? [each] : []))
  const counts = {
    targets: outcomes.length,
    restored: done.length,
    rows_placed: done.reduce((sum, { placed }) => sum + placed, 0),
    rows_left: done.reduce((sum, { left }) => sum + left, 0),
  }
  const { operationId, stage, asideName } = object
  const details = { operationId, stage, asideName, object: object.name, ...counts }
  await writeAudit(catalog, { projectId: project, operationId, actor, action: 'set_aside_restore', details })
  return {
    id,
    object: object.name,
    ...counts,
    problems: failed
      .slice(0, MOST_PROBLEMS)
      .map(({ row, error }) => ({ tenant: row.target.scope, error_code: error.code, error: error.message })),
  }
}

/** Of a project of SQL the record of its revision tells. */
async function hasPlace(catalog: pg.Pool, project: Project, { table, column }: AsideObject): Promise<boolean> {
  if (project.kind === 'models') {
    const found = entryOf(projectSchema(project.schema).tables, table)
    return found !== undefined && (column === null || entryOf(found.columns, column) !== undefined)
  }
  const lines = (await readLines(catalog, project.id, project.revision)) ?? []
  return lines.some(({ kind, name }) => {
    const first = quotedFirst(name)
    const isOf = (wanted: string): boolean => kind === wanted && unquoted(first) === table
    return column === null ? isOf('table') : isOf('column') && unquoted(name.slice(first.length + 1)) === column
  })
}

/** A column or table that the schema does not know would be drift: it comes back by an operation, or not at all. */
async function requirePlace(catalog: pg.Pool, project: string, object: AsideObject): Promise<void> {
  if (await hasPlace(catalog, await requireProject(catalog, project), object)) return
  const { name, operationId, direction, status } = object
  const way =
    direction === 'forward' && status === 'committed'
      ? `\`schema-saga operation revert ${operationId}\` brings it back with all it holds.`
      : `add it again, and restore then puts in what is set aside.`
  throw new RequestRefused('NOT_APPLICABLE', `The schema has no ${name} now: ${way}`)
}
