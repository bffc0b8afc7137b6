/** The turn: one writer per project, in order of submission; projects never wait for each other. */
import type pg from 'pg'
import type { OperationStatus, Turn } from '../../../contract.ts'
import { RequestRefused } from '../../../errors.ts'
import { inTransaction, onCatalog, type Queryable } from '../pool.ts'
import { FINAL, SILENCE } from '../statuses.ts'
import { requireOperation } from './read.ts'

interface Front {
  readonly operationId: string
  readonly status: NonNullable<Turn['waitsFor']>['status']
  readonly since: Date
}

/**
 * Takes the turn if nobody holds it and no earlier operation waits; otherwise says which one is in front. Only the
 * operation's own run may, and only while it waits: a try that comes late would hold the turn for ever.
 * Errors: `NOT_APPLICABLE`.
 */
export async function takeTurn(
  pool: pg.Pool,
  { operationId, firstRunId }: { operationId: string; firstRunId: string },
): Promise<Turn> {
  return await inTransaction(pool, async (client) => {
    const operation = await requireOperation(client, operationId, 'for update')
    const { projectId, turn } = operation
    if (operation.firstRunId !== firstRunId || turn === 'released' || turn === null) {
      throw new RequestRefused('NOT_APPLICABLE', `Operation "${operationId}" does not wait for a turn in this run.`)
    }
    // Two operations that look at the same moment must look one after the other.
    const maintained = await client.query<{ by: string; since: Date }>(
      `select case when maintenance_until > now() then maintenance_by end as by, now() as since
         from schema_saga.project where id = $1 for update`,
      [projectId],
    )
    // An operation that has ended holds nothing, whatever an older worker has left.
    await client.query(
      `update schema_saga.operation set turn = 'released'
        where project_id = $1 and turn = 'holding' and status in ${FINAL}`,
      [projectId],
    )
    const { rows } = await client.query<Front>(
      `select other.id as "operationId", other.status, coalesce(other.started_at, other.submitted_at) as since
         from schema_saga.operation own
         join schema_saga.operation other on other.project_id = own.project_id and other.id <> own.id
        where own.id = $1 and own.turn <> 'holding'
          and (other.turn = 'holding' or (other.turn = 'waiting' and other.seq < own.seq))
        order by (other.turn = 'holding') desc, other.seq desc
        limit 1`,
      [operationId],
    )
    const [front] = rows
    if (front !== undefined) return { taken: false, waitsFor: { ...front, since: front.since.toISOString() } }
    // Work on targets that is no operation's, a repair of drift for example; whoever does it wakes this one after it.
    const by = maintained.rows[0]?.by ?? null
    if (by !== null && turn !== 'holding') {
      const since = (maintained.rows[0]?.since ?? new Date()).toISOString()
      return { taken: false, waitsFor: { operationId: by, status: 'applying', since } }
    }
    await client.query(`update schema_saga.operation set turn = 'holding', reported_at = now() where id = $1`, [
      operationId,
    ])
    return { taken: true, waitsFor: null }
  })
}

/** The operation that has the turn of the project now, if any has. */
export async function holderOfTurn(
  db: Queryable,
  project: string,
): Promise<{ operationId: string; status: OperationStatus } | null> {
  const { rows } = await db.query<{ operationId: string; status: OperationStatus }>(
    `select id as "operationId", status from schema_saga.operation
      where project_id = $1 and turn = 'holding' and status not in ${FINAL} limit 1`,
    [project],
  )
  return rows[0] ?? null
}

/** Gives the turn back, and names the workflow of the operation that waits longest. */
export async function releaseTurn(pool: pg.Pool, operationId: string): Promise<{ next: string | null }> {
  return await inTransaction(pool, (client) => giveTurnBack(client, operationId))
}

/** The same, within a transaction that does more. */
export async function giveTurnBack(client: pg.PoolClient, operationId: string): Promise<{ next: string | null }> {
  await client.query(`update schema_saga.operation set turn = 'released' where id = $1`, [operationId])
  const { rows } = await client.query<{ workflow_id: string }>(
    `select other.workflow_id
       from schema_saga.operation own
       join schema_saga.operation other on other.project_id = own.project_id and other.turn = 'waiting'
      where own.id = $1
        and not exists (select from schema_saga.operation holder
                         where holder.project_id = own.project_id and holder.turn = 'holding')
      order by other.seq limit 1`,
    [operationId],
  )
  return { next: rows[0]?.workflow_id ?? null }
}

/** Whether an operation has not reported for two minutes: then it is worth asking whether its run is over. */
export async function isSilent(db: Queryable, operationId: string): Promise<boolean> {
  return await onCatalog(async () => {
    const silent = await db.query(
      `select from schema_saga.operation where id = $1 and reported_at < now() - ${SILENCE}`,
      [operationId],
    )
    return silent.rowCount === 1
  })
}
