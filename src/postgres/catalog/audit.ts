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

/** Appends an entry. */
export async function writeAudit(db: Queryable, entry: AuditEntry): Promise<void> {
  await db.query(
    `insert into schema_saga.audit (project_id, operation_id, actor, action, details) values ($1, $2, $3, $4, $5)`,
    [entry.projectId, entry.operationId ?? null, entry.actor, entry.action, JSON.stringify(entry.details ?? {})],
  )
}
