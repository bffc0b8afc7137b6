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
  const { projectId, operationId = null, actor, action, details = {} } = entry
  const texts = [projectId, operationId, actor, action].map((text) => (text === null ? null : storable(text)))
  const json = JSON.stringify(details, (_, value: unknown) => (typeof value === 'string' ? storable(value) : value))
  await db.query('select schema_saga.write_audit($1, $2, $3, $4, $5)', [...texts, json])
}

function storable(text: string): string {
  return text.replace(/[\0\p{Surrogate}]/gu, '\uFFFD')
}
