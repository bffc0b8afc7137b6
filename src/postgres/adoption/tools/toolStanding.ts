/** Of several revisions that look alike, the one that the table of another tool says a namespace is at. */
import type { ClientBase } from 'pg'
import type { Queryable } from '../../catalog/pool.ts'
import { readAllNames } from '../../catalog/sql/changes.ts'
import { keyOfRow, type MadeRevision, rowsQuery, TOOLS, type ToolRow, type ToolTable } from './toolTables.ts'

/** What a tool has kept of what it ran on a namespace. */
export interface ToolRows {
  readonly tool: ToolTable
  readonly rows: readonly ToolRow[]
}

/** The revision, and the table that tells it. */
export interface ToolStanding {
  readonly revision: number
  readonly table: string
}

/** More than any team has files. */
const MOST_ROWS = 100_000

/** Of each known tool that keeps a table in the namespace. Only plain tables, whose rows are read without running code. */
export async function readToolRows(client: ClientBase, namespace: string): Promise<readonly ToolRows[]> {
  const { rows: tables } = await client.query<{ name: string; columns: readonly string[] }>(
    `SELECT c.relname::text AS name, array_agg(a.attname::text) AS columns
       FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
      WHERE n.nspname = $1 AND c.relname = ANY ($2::text[]) AND c.relkind = 'r' AND NOT c.relrowsecurity
        AND NOT a.attisdropped AND has_table_privilege(c.oid, 'SELECT') GROUP BY 1`,
    [namespace, TOOLS.map(({ table }) => table)],
  )
  const found: ToolRows[] = []
  for (const { name, columns } of tables) {
    const tool = TOOLS.find(
      (each) =>
        each.table === name &&
        each.columns.every((column) => columns.includes(column)) &&
        (each.without === undefined || !columns.includes(each.without)),
    )
    if (tool === undefined) continue
    const { rows } = await client.query<ToolRow>(
      `SELECT key, applied FROM (${rowsQuery(tool, namespace)} LIMIT ${MOST_ROWS}) t`,
    )
    found.push({ tool, rows })
  }
  return found
}

/** The revisions of a project in order, one that several changes made together once for each; null where some were taken back, of which no tool knows. */
export async function readMadeRevisions(db: Queryable, project: string): Promise<readonly MadeRevision[] | null> {
  const made = await readAllNames(db, project)
  return made.every(({ applied }) => applied) ? made : null
}

/**
 * Null where no table says it: none is known, one was left half-way, none of the revisions that it knows is the last without a gap
 * before it, that is none of `fits`, or two tables differ. Pure.
 */
export function toolStanding(
  kept: readonly ToolRows[],
  made: readonly MadeRevision[],
  fits: readonly number[],
): ToolStanding | null {
  const told = kept.flatMap(({ tool, rows }) => {
    const revision = lastApplied(tool, rows, made)
    return revision === undefined ? [] : [{ revision, table: tool.table }]
  })
  const [first] = told
  if (first === undefined || first.revision === null) return null
  if (told.some(({ revision }) => revision !== first.revision) || !fits.includes(first.revision)) return null
  return { revision: first.revision, table: first.table }
}

/** Undefined where the table knows none of the revisions; null where what it knows makes no sense. */
function lastApplied(
  tool: ToolTable,
  rows: readonly ToolRow[],
  made: readonly MadeRevision[],
): number | null | undefined {
  const states = new Map<string, boolean | null>()
  for (const { key, applied } of rows) states.set(keyOfRow(tool, key), applied)
  if ([...states.values()].includes(null)) return null
  const isApplied = (each: MadeRevision): boolean => {
    const key = tool.keyOf(each)
    if (key === null) return false
    if (tool.isUpTo !== true) return states.get(key) === true
    return [...states.keys()].some((version) => BigInt(key) <= BigInt(version))
  }
  const known = made.map(isApplied)
  const [first, last] = [known.indexOf(true), known.lastIndexOf(true)]
  if (first < 0) return undefined
  // Half of what was made together here is no revision.
  const isHalf = made[last + 1]?.revision === made[last]?.revision
  return isHalf || known.slice(first, last).includes(false) ? null : (made[last]?.revision ?? null)
}
