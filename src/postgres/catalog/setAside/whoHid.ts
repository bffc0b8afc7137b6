/** Which operation puts things aside under given names, as its plan says; the target's own list of that may be lost. */
import { onCatalog, type Queryable } from '../pool.ts'

/** What a plan sets aside, or its undo may. */
export interface HiddenBy {
  readonly operationId: string
  readonly stage: number
  readonly direction: 'forward' | 'compensate'
  readonly kind: 'table' | 'column'
  /** The name of the table at that time. */
  readonly table: string
  readonly column: string | null
  readonly asideName: string
  /** The revision that the operation has made; null where it has made none. */
  readonly revision: number | null
}

// The names under which an undo hides what was used meanwhile are those of the changes that make it.
const QUERY = `
  with plans as (
    select o.id, p.plan, p.hash is not distinct from o.plan_hash as last, p.attempt,
           case when o.persisted_at is not null then o.revision end as revision
      from schema_saga.operation o join schema_saga.operation_plan p on p.operation_id = o.id
     where o.project_id = $1
  ), hidden as (
    select p.*, 'forward' as direction, (stage ->> 'stage')::int as stage, aside ->> 'kind' as kind,
           aside ->> 'table' as "table", aside ->> 'column' as "column", aside ->> 'asideName' as name
      from plans p
     cross join lateral jsonb_path_query(p.plan, '$.forward[*]') stage
     cross join lateral jsonb_array_elements(stage -> 'asides') aside
     union all
    select p.*, 'compensate', 0, case change ->> 'kind' when 'addColumn' then 'column' else 'table' end,
           coalesce(change -> 'table' ->> 'name', change ->> 'table'), change -> 'column' ->> 'name',
           concat_ws('_', change ->> 'prefix', coalesce(change -> 'column' ->> 'name', change -> 'table' ->> 'name'))
      from plans p
     cross join lateral jsonb_path_query(p.plan, '$.changes[*] ? (@.kind == "addColumn" || @.kind == "createTable")') change
  )
  select distinct on (name) id as "operationId", stage, direction, kind, "table", "column", name as "asideName", revision
    from hidden where name = any ($2) order by name, direction desc, last desc, attempt desc`

/** An undo of a later attempt adds its number to a name that is taken. */
const LATER = /_e\d+$/

/** By the names that were asked for; those that no plan of the project has are missing. */
export async function whoHid(
  db: Queryable,
  project: string,
  asideNames: readonly string[],
): Promise<ReadonlyMap<string, HiddenBy>> {
  if (asideNames.length === 0) return new Map()
  const plain = asideNames.map((name) => name.replace(LATER, ''))
  const found = await onCatalog(async () => {
    const { rows } = await db.query<HiddenBy>(QUERY, [project, [...new Set([...asideNames, ...plain])]])
    return new Map(rows.map((row) => [row.asideName, row]))
  })
  return new Map(
    asideNames.flatMap((name) => {
      const first = found.get(name.replace(LATER, ''))
      // Only an undo looks for a free name; what goes forward has the one of its plan.
      const by = found.get(name) ?? (first === undefined ? undefined : { ...first, direction: 'compensate' as const })
      return by === undefined ? [] : [[name, { ...by, asideName: name }] as const]
    }),
  )
}
