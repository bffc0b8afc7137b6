/** What the operations of a project have announced since an application last looked at its tenant. */
import type pg from 'pg'
import type { LogicalSchema } from '../../../src/logical/schema.ts'
import type { Change } from '../../../src/physical/changes/index.ts'
import { type ColumnPlace, placesOf, type TablePlace } from './places.ts'
import type { Announced } from './verdict.ts'

/** When an application looked: the last operation of its project, those that were open, and its tenant's revision. */
export interface LookedAt {
  readonly operation: number
  readonly open: readonly string[]
  readonly revision: number
}

/** Where the operations of a project are now, for a look that is about to be taken. */
export async function operationsNow(catalog: pg.Pool, project: string): Promise<Omit<LookedAt, 'revision'>> {
  const { rows } = await catalog.query<{ operation: number; open: string[] }>(
    `select coalesce(max(seq), 0)::integer as operation,
            coalesce(array_agg(id) filter (where status not in ('committed', 'failed', 'cancelled')), '{}') as open
       from schema_saga.operation where project_id = $1`,
    [project],
  )
  return rows[0] ?? { operation: 0, open: [] }
}

interface PlanRow {
  readonly operation: string
  readonly before: LogicalSchema
  readonly after: LogicalSchema
  readonly hazards: readonly { readonly detail: string }[]
  readonly changes: readonly Change[]
}

/** The plans that may have been at work on a tenant since then: of new and open operations, and of those it lacked. */
export async function announcedSince(
  catalog: pg.Pool,
  project: string,
  since: LookedAt,
): Promise<readonly Announced[]> {
  const { rows } = await catalog.query<PlanRow>(
    `select o.id as operation, o.before_schema as before, p.plan -> 'nextSchema' as after,
            (p.plan -> 'hazards') || coalesce(p.plan -> 'found', '[]') as hazards,
            p.plan -> 'changes' as changes
       from schema_saga.operation o join schema_saga.operation_plan p on p.operation_id = o.id
      where o.project_id = $1
        and (o.seq > $2 or o.id = any ($3) or o.revision > $4 or o.status not in ('committed', 'failed', 'cancelled'))`,
    [project, since.operation, since.open, since.revision],
  )
  return rows.map(({ operation, before, after, hazards, changes }) => ({
    operation,
    hazards: hazards.map(({ detail }) => detail),
    ...withNamesOnTheWay(changes, differencesOf(placesOf(before), placesOf(after))),
  }))
}

type Differences = Pick<Announced, 'touches' | 'rules' | 'names'>

/** An application that looks between two changes of a plan may see a name that is in neither schema. */
export function withNamesOnTheWay(changes: readonly Change[], differences: Differences): Differences {
  const touches = new Set(differences.touches)
  const names = new Map(differences.names)
  for (const change of changes) {
    if (change.kind !== 'renameTable' && change.kind !== 'renameColumn') continue
    const { kind, from, to } = change
    for (const name of [from, to]) touches.add(kind === 'renameTable' ? name : `${change.table}.${name}`)
    if (kind !== 'renameTable') continue
    const all = [...new Set([from, to].flatMap((name) => [name, ...(names.get(name) ?? [])]))]
    for (const name of all) names.set(name, all)
  }
  return { ...differences, touches, names }
}

/** The tables and columns that two schemas do not have in common, and the columns whose rules differ. */
export function differencesOf(before: readonly TablePlace[], after: readonly TablePlace[]): Differences {
  const touches = new Set<string>()
  const rules = new Set<string>()
  const names = new Map<string, readonly string[]>()
  for (const model of new Set([...before, ...after].map((table) => table.model))) {
    const [old, next] = [before, after].map((side) => side.find((table) => table.model === model))
    const tables = [old, next].flatMap((table) => table?.table ?? [])
    for (const table of tables) names.set(table, tables)
    if (old?.table !== next?.table) for (const table of tables) touches.add(table)
    for (const cell of new Set([...(old?.columns ?? []), ...(next?.columns ?? [])].map((column) => column.cell))) {
      const [was, is] = [old, next].map((table) => table?.columns.find((column) => column.cell === cell))
      const columns = [was, is].flatMap((column) =>
        tables.flatMap((table) => (column ? `${table}.${column.column}` : [])),
      )
      const renamed = old?.table !== next?.table
      if (renamed || told(was) !== told(is)) for (const name of columns) touches.add(name)
      if (ruleOf(was) !== ruleOf(is)) for (const name of columns) rules.add(name)
    }
  }
  return { touches, rules, names }
}

function told(column: ColumnPlace | undefined): string {
  return JSON.stringify(column ?? null)
}

function ruleOf(column: ColumnPlace | undefined): string {
  if (column === undefined) return ''
  const { kind, notNull, unique, choices, references } = column
  return JSON.stringify([kind, notNull, unique, choices, references])
}
