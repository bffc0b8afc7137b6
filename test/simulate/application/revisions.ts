/** The durable schemas of a project and the one that an operation is about to make durable, as the catalog has them. */
import type pg from 'pg'
import type { LogicalSchema } from '../../../src/logical/schema.ts'
import { placesOf, type TablePlace } from './places.ts'

/** One logical schema of a project. */
export interface Revision {
  readonly revision: number
  readonly hash: string
  readonly schema: LogicalSchema
  readonly tables: readonly TablePlace[]
  /** The operation that made it, and what that was asked for; null for a project's first schema. */
  readonly operation: string | null
  readonly request: unknown
}

interface RevisionRow {
  readonly revision: number
  readonly hash: string
  readonly schema: LogicalSchema
  readonly operation: string | null
  readonly request: unknown
}

/** The revisions of each project that were read before; they never change. */
export type KnownRevisions = Map<string, Revision[]>

/** All durable revisions, oldest first. */
export async function durableRevisions(
  catalog: pg.Pool,
  project: string,
  known: KnownRevisions,
): Promise<readonly Revision[]> {
  const read = known.get(project) ?? []
  const { rows } = await catalog.query<RevisionRow>(
    `select r.revision, r.schema_hash as hash, r.schema, r.operation_id as operation, o.request
       from schema_saga.schema_revision r left join schema_saga.operation o on o.id = r.operation_id
      where r.project_id = $1 and r.revision > $2 order by r.revision`,
    [project, read.at(-1)?.revision ?? -1],
  )
  const now = known.get(project) ?? []
  const fresh = rows.filter((row) => row.revision > (now.at(-1)?.revision ?? -1)).map(withPlaces)
  known.set(project, [...now, ...fresh])
  return known.get(project) ?? []
}

/** What the operation that has the turn of the project would make of it; null when there is none or it has no plan. */
export async function comingRevision(catalog: pg.Pool, project: string): Promise<Revision | null> {
  const { rows } = await catalog.query<RevisionRow>(
    `select (p.plan ->> 'nextRevision')::integer as revision, p.plan ->> 'nextSchemaHash' as hash,
            p.plan -> 'nextSchema' as schema, o.id as operation, o.request
       from schema_saga.operation o
       join schema_saga.operation_plan p on p.operation_id = o.id and p.hash = o.plan_hash
      where o.project_id = $1 and o.turn = 'holding'`,
    [project],
  )
  return rows[0] === undefined ? null : withPlaces(rows[0])
}

function withPlaces(row: RevisionRow): Revision {
  return { ...row, tables: placesOf(row.schema) }
}
