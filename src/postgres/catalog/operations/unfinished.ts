/** Operations that are not final: those that are silent, and those whose undo waits to be tried again. */
import type pg from 'pg'
import { writeAudit } from '../audit.ts'
import { inTransaction, onCatalog, type Queryable } from '../pool.ts'
import { FINAL, SILENCE } from '../statuses.ts'

/** Operations looked at in one run, oldest first. */
const MOST = 100

/** Operations that have not reported for two minutes although they are not final, or the one that is asked for. */
export async function listSilentOperations(db: Queryable, project: string, operation?: string): Promise<string[]> {
  return await onCatalog(async () => {
    const { rows } = await db.query<{ id: string }>(
      `select id from schema_saga.operation
        where project_id = $1 and status not in ${FINAL}
          and case when $2::text is null then reported_at < now() - ${SILENCE} else id = $2 end
        order by seq limit ${MOST}`,
      [project, operation ?? null],
    )
    return rows.map(({ id }) => id)
  })
}

/** An operation that needs repair before its schema was durable. */
export interface WaitingRepair {
  readonly id: string
  readonly attempt: number
  /** A person is to say how it goes on: nobody else touches it. */
  readonly held: boolean
  readonly tries: number
  /** The pause since the last try is over: none before the first, then 1, 2, 4 ... minutes. */
  readonly due: boolean
  readonly error: string | null
  readonly errorCode: string | null
}

/** Operations whose undo did not succeed, and those that are held. */
export async function listWaitingRepairs(
  db: Queryable,
  project: string,
  operation?: string,
): Promise<readonly WaitingRepair[]> {
  return await onCatalog(async () => {
    const { rows } = await db.query<WaitingRepair>(
      `select id, attempt, held, auto_repair_tries as tries, error, error_code as "errorCode",
              auto_repair_at is null
                or auto_repair_at + interval '1 minute' * power(2, least(auto_repair_tries - 1, 20)) <= now() as due
         from schema_saga.operation
        where project_id = $1 and status = 'needs_repair' and persisted_at is null and ($2::text is null or id = $2)
        order by seq limit ${MOST}`,
      [project, operation ?? null],
    )
    return rows
  })
}

/** Counts one more try of an undo, unless somebody else was faster. */
export async function claimRepair(
  pool: pg.Pool,
  { project, repair, actor }: { project: string; repair: WaitingRepair; actor: string },
): Promise<boolean> {
  return await inTransaction(pool, async (client) => {
    const claimed = await client.query(
      `update schema_saga.operation set auto_repair_tries = auto_repair_tries + 1, auto_repair_at = now()
        where id = $1 and status = 'needs_repair' and not held and attempt = $2 and auto_repair_tries = $3`,
      [repair.id, repair.attempt, repair.tries],
    )
    if (claimed.rowCount !== 1) return false
    const details = { try: repair.tries + 1 }
    await writeAudit(client, { projectId: project, operationId: repair.id, actor, action: 'auto_repair', details })
    return true
  })
}

/** Which of these undos have ended by now: true when everything is as before, false when it waits again. */
export async function readRepairEnds(
  db: Queryable,
  started: readonly { readonly operationId: string; readonly attempt: number }[],
): Promise<ReadonlyMap<string, { readonly clean: boolean; readonly error: string | null }>> {
  return await onCatalog(async () => {
    const { rows } = await db.query<{ id: string; clean: boolean; error: string | null }>(
      `select o.id, o.status <> 'needs_repair' as clean, o.error from schema_saga.operation o
         join unnest($1::text[], $2::int[]) as s (id, attempt) on s.id = o.id
        where o.status in ('failed', 'cancelled', 'committed') or (o.status = 'needs_repair' and o.attempt > s.attempt)`,
      [started.map(({ operationId }) => operationId), started.map(({ attempt }) => attempt)],
    )
    return new Map(rows.map(({ id, ...end }) => [id, end]))
  })
}
