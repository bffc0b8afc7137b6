/** The audit: append-only, who did what; never values of rows. */
import type { Queryable } from './pool.ts'

/** One entry. */
export interface AuditEntry {
  readonly projectId: string | null
  readonly operationId?: string
  readonly actor: string
  readonly action: string
  readonly details?: Readonly<Record<string, unknown>>
}

/**
 * Appends an entry. One that the catalog refuses is told in its own log and stops nobody: work is not to wait for what is
 * said about it. What no column of Postgres can hold (NUL, half a surrogate pair) is replaced.
 */
export async function writeAudit(db: Queryable, entry: AuditEntry): Promise<void> {
  await writeAudits(db, [entry])
}

/** The same of several, in their order. */
export async function writeAudits(db: Queryable, entries: readonly AuditEntry[]): Promise<void> {
  const columns = entries.map(({ projectId, operationId = null, actor, action, details = {} }) => [
    ...[projectId, operationId, actor, action].map((text) => (text === null ? null : storable(text))),
    JSON.stringify(details, (_, value: unknown) => (typeof value === 'string' ? storable(value) : value)),
  ])
  await db.query(
    `select schema_saga.write_audit(project, operation, actor, action, details)
       from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[])
         with ordinality as e (project, operation, actor, action, details, place) order by place`,
    [0, 1, 2, 3, 4].map((column) => columns.map((row) => row[column])),
  )
}

function storable(text: string): string {
  return text.replace(/[\0\p{Surrogate}]/gu, '\uFFFD')
}
