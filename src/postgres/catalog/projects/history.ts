/** All revisions that a project ever had, for telling which one tables are. */
import type { LogicalSchema } from '../../../logical/schema.ts'
import type { RevisionShape } from '../../../physical/past/fit.ts'
import { type Past, pastOf } from '../../../physical/past/past.ts'
import { projectSchema } from '../../../physical/project.ts'
import { onCatalog, type Queryable } from '../pool.ts'
import { FINAL } from '../statuses.ts'

/** In order, the given ones or all. */
export async function readHistory(
  db: Queryable,
  project: string,
  revisions?: readonly number[],
): Promise<readonly RevisionShape[]> {
  return await onCatalog(async () => {
    const { rows } = await db.query<{ revision: number; schemaHash: string; schema: LogicalSchema }>(
      `select revision, schema_hash as "schemaHash", schema from schema_saga.schema_revision
        where project_id = $1 and ($2::int[] is null or revision = any ($2)) order by revision`,
      [project, revisions ?? null],
    )
    return rows.map(({ revision, schemaHash, schema }) => ({ revision, schemaHash, expected: projectSchema(schema) }))
  })
}

interface KnownTables {
  upTo: number
  readonly names: Set<string>
}

// Revisions do not change once they are there, and the history of a project may be long.
const tablesOf = new WeakMap<object, Map<string, KnownTables>>()

/** The names that tables of the project have had at any revision. */
export async function readKnownTables(db: Queryable, project: string): Promise<readonly string[]> {
  const projects = tablesOf.get(db) ?? new Map<string, KnownTables>()
  tablesOf.set(db, projects)
  const known = projects.get(project) ?? { upTo: -1, names: new Set<string>() }
  projects.set(project, known)
  await onCatalog(async () => {
    const { rows } = await db.query<{ revision: number; schema: LogicalSchema }>(
      'select revision, schema from schema_saga.schema_revision where project_id = $1 and revision > $2 order by revision',
      [project, known.upTo],
    )
    for (const { revision, schema } of rows) {
      for (const name of Object.keys(projectSchema(schema).tables)) known.names.add(name)
      known.upTo = Math.max(known.upTo, revision)
    }
  })
  return [...known.names]
}

/** What the project's other revisions called what `now` has. */
export async function readPast(db: Queryable, project: string, now: LogicalSchema): Promise<Past> {
  return await onCatalog(async () => {
    const { rows } = await db.query<{ schema: LogicalSchema }>(
      'select schema from schema_saga.schema_revision where project_id = $1 order by revision',
      [project],
    )
    return pastOf(
      rows.map(({ schema }) => schema),
      now,
    )
  })
}

/** Whether what leads from one revision to a later one does nothing on a target, to its tables or to its rows. */
export async function isStillBetween(db: Queryable, project: string, from: number, to: number): Promise<boolean> {
  return await onCatalog(async () => {
    const { rows } = await db.query<{ still: number }>(
      `select count(*)::int as still
         from schema_saga.operation o
         join schema_saga.operation_plan p on p.operation_id = o.id and p.hash = o.plan_hash and p.attempt = (
           select max(l.attempt) from schema_saga.operation_plan l where l.operation_id = o.id and l.hash = o.plan_hash)
        where o.project_id = $1 and o.persisted_at is not null and o.revision > $2 and o.revision <= $3
          and not jsonb_path_exists(p.plan, '$.forward[*].sql[*]')
          and not jsonb_path_exists(p.plan, '$.sqlChange')`,
      [project, from, to],
    )
    return rows[0]?.still === to - from
  })
}

/** The operations that led from one revision to a later one, in order. */
export async function readMakers(db: Queryable, project: string, from: number, to: number): Promise<readonly string[]> {
  return await onCatalog(async () => {
    const { rows } = await db.query<{ id: string }>(
      `select operation_id as id from schema_saga.schema_revision
        where project_id = $1 and revision > $2 and revision <= $3 and operation_id is not null order by revision`,
      [project, from, to],
    )
    return rows.map(({ id }) => id)
  })
}

/** What the ledger knows of operations that have left markers somewhere. */
export interface KnownOperation {
  readonly id: string
  readonly project: string
  readonly final: boolean
  /** The revision that it has made; null while, or because, it has made none. */
  readonly revision: number | null
}

/** Those of the given ids that the ledger knows. */
export async function readOperations(
  db: Queryable,
  ids: readonly string[],
): Promise<ReadonlyMap<string, KnownOperation>> {
  if (ids.length === 0) return new Map()
  return await onCatalog(async () => {
    const { rows } = await db.query<KnownOperation>(
      `select id, project_id as project, status in ${FINAL} as final,
              case when persisted_at is not null then revision end as revision
         from schema_saga.operation where id = any ($1)`,
      [ids],
    )
    return new Map(rows.map((row) => [row.id, row]))
  })
}
