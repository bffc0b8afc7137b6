/** What the catalog knows of changes by SQL: which names are applied, and what a proof has seen. */
import { RequestRefused } from '../../../errors.ts'
import { isSql, type OperationRequest } from '../../../logical/parse/revertRequest.ts'
import { changesOf, keptRequest, textsOf } from '../../../logical/parse/sqlRequest.ts'
import type { NamespaceRecord } from '../../../sql/record.ts'
import { onCatalog, type Queryable } from '../pool.ts'
import { keepText, readText } from './sqlTexts.ts'

/** A revision by SQL, as later ones need to know it. */
export interface SqlRevision {
  readonly revision: number
  readonly chain: string
}

/** The last revision of a name. */
export interface NamedRevision {
  readonly name: string
  readonly revision: number
  /** sha256 of its texts. */
  readonly up: string
  readonly down: string | null
  /** Whether the name counts as applied; a revert makes it pending again. */
  readonly applied: boolean
}

/** Keeps the texts of a request; the request by which it is told from others. Errors: `NOT_APPLICABLE` for one that nobody kept. */
export async function keepTexts(db: Queryable, request: OperationRequest): Promise<OperationRequest> {
  if (!isSql(request)) return request
  for (const text of textsOf(request)) await keepText(db, text)
  const kept = keptRequest(request)
  for (const text of changesOf(kept).flatMap(({ up, down }) => [up, down])) {
    if (text !== null) await requireText(db, text.sha256)
  }
  return kept
}

/** The text. Errors: `NOT_APPLICABLE`. */
export async function requireText(db: Queryable, sha256: string): Promise<string> {
  const text = await readText(db, sha256)
  if (text !== null) return text
  const what = `The catalog keeps no text with the sha256 ${sha256.slice(0, 12)}...: give the text itself.`
  throw new RequestRefused('NOT_APPLICABLE', what)
}

/** $1: the project. Of changes that were made together each has a place in their revision. */
const NAMED = `
  select name, revision, up, down, applied, 1::bigint as place from schema_saga.sql_revision
   where project_id = $1 and parts is null
   union all
  select p.part ->> 'name', q.revision, p.part ->> 'up', p.part ->> 'down', q.applied, p.place
    from schema_saga.sql_revision q cross join lateral jsonb_array_elements(q.parts) with ordinality as p(part, place)
   where q.project_id = $1`

/** Every name that the project's revisions were made under, in the order in which they were. */
export async function readAllNames(db: Queryable, project: string): Promise<readonly NamedRevision[]> {
  return await onCatalog(async () => {
    const { rows } = await db.query<NamedRevision>(
      `select name, revision, up, down, applied from (${NAMED}) named order by revision, place`,
      [project],
    )
    return rows
  })
}

/** The last revision of each of these names, or of all, that of the baseline included. */
export async function readLastOfNames(
  db: Queryable,
  project: string,
  names: readonly string[] | null = null,
): Promise<readonly NamedRevision[]> {
  return await onCatalog(async () => {
    const { rows } = await db.query<NamedRevision>(
      `select distinct on (name) name, revision, up, down, applied from (${NAMED}) named
        where $2::text[] is null or name = any ($2) order by name, revision desc`,
      [project, names],
    )
    return rows
  })
}

/** A revision of a project of SQL. Errors: `NOT_APPLICABLE`. */
export async function requireSqlRevision(db: Queryable, project: string, revision: number): Promise<SqlRevision> {
  return await onCatalog(async () => {
    const { rows } = await db.query<SqlRevision>(
      `select revision, chain from schema_saga.sql_revision where project_id = $1 and revision = $2`,
      [project, revision],
    )
    const [found] = rows
    if (found !== undefined) return found
    throw new RequestRefused('NOT_APPLICABLE', `Project "${project}" has no revision ${revision} by SQL.`)
  })
}

/** Keeps what the base looked like in the proof of a plan, until its revision is durable. */
export async function keepProof(
  db: Queryable,
  operationId: string,
  hash: string,
  record: NamespaceRecord,
): Promise<void> {
  await onCatalog(() =>
    db.query(
      `insert into schema_saga.sql_proof (operation_id, hash, record) values ($1, $2, $3)
       on conflict (operation_id, hash) do update set record = excluded.record`,
      [operationId, hash, JSON.stringify(record)],
    ),
  )
}
