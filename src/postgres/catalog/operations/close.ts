/** Giving up, asking for a person, and closing: the ledger row decides, under its lock. */
import type pg from 'pg'
import { type CatalogActivities, type CloseOperation, FINAL_STATUSES } from '../../../contract.ts'
import { PersistConflict } from '../../../errors.ts'
import { writeAudit } from '../audit.ts'
import { inTransaction } from '../pool.ts'
import { LEFT } from './holding.ts'
import { type Operation, requireOperation, setStatus } from './read.ts'

/** Durable before the first undo. Errors: `PERSIST_CONFLICT` when the schema is durable or the operation closed already. */
export async function beginCompensation(
  pool: pg.Pool,
  request: Parameters<CatalogActivities['beginCompensation']>[0],
): Promise<void> {
  const { operationId, error, errorCode, errorType = null, endsAs = 'failed' } = request
  await inTransaction(pool, async (client) => {
    const operation = await requireOperation(client, operationId, 'for update')
    if (operation.persisted) {
      throw new PersistConflict('PERSIST_CONFLICT', 'The schema is durable already: nothing is undone any more.')
    }
    requireOpen(operation)
    // A person asked for another try of the undo: that is an attempt of its own. A repetition finds it compensating.
    const triesAgain = operation.status === 'needs_repair' && !operation.held
    await client.query(
      `update schema_saga.operation
          set attempt = attempt + $2, held = false, paused = false, cause = coalesce(cause, $3),
              cause_code = coalesce(cause_code, $4), cause_type = coalesce(cause_type, $5), ends_as = coalesce(ends_as, $6)
        where id = $1`,
      [operationId, triesAgain ? 1 : 0, error, errorCode, errorType, endsAs],
    )
    await setStatus(client, operationId, 'compensating', { error, errorCode })
  })
}

/** A person must look: something is not as before, the cache is away, or somebody is to say how it goes on (`held`). */
export async function markNeedsRepair(
  pool: pg.Pool,
  request: Parameters<CatalogActivities['markNeedsRepair']>[0],
): Promise<void> {
  await inTransaction(pool, async (client) => {
    const operation = await requireOperation(client, request.operationId, 'for update')
    requireOpen(operation)
    await setStatus(client, request.operationId, 'needs_repair', request)
    await client.query(
      'update schema_saga.operation set held = $2, halted_at = coalesce($3, halted_at) where id = $1',
      [request.operationId, request.held ?? false, request.haltedAt ?? null],
    )
    await writeAudit(client, {
      projectId: operation.projectId,
      operationId: request.operationId,
      actor: 'schema-saga',
      action: request.held ? 'hold' : 'needs_repair',
      details: { error_code: request.errorCode },
    })
  })
}

/**
 * Writes the final status, once, and gives the turn back. A failed or cancelled operation must have left nothing changed, a committed one must be
 * durable. Errors: `PERSIST_CONFLICT`, `COMPENSATION_FAILED` with the targets that are still changed.
 */
export async function closeOperation(pool: pg.Pool, request: CloseOperation): Promise<void> {
  const { operationId, status, error = null, errorCode = null } = request
  await inTransaction(pool, async (client) => {
    const operation = await requireOperation(client, operationId, 'for update')
    if (operation.status === status) return
    requireOpen(operation)
    requireEnd(operation, status)
    if (status !== 'committed') await settleSteps(client, operationId)
    if (status !== 'committed') await takeParkedBack(client, operation)
    await setStatus(client, operationId, status, { error, errorCode })
    // In one transaction: a run that is ended from outside right here must not keep the turn for ever.
    await client.query(`update schema_saga.operation set turn = 'released' where id = $1`, [operationId])
    await writeAudit(client, {
      projectId: operation.projectId,
      operationId,
      actor: 'schema-saga',
      action: `close_${status}`,
      details: { error_code: errorCode },
    })
  })
}

/** A final status stays. */
function requireOpen({ status }: Operation): void {
  if (!FINAL_STATUSES.includes(status)) return
  throw new PersistConflict('PERSIST_CONFLICT', `The operation is ${status} already.`)
}

/** Committed means durable, or that there was nothing to change; whatever is durable has not failed. */
function requireEnd({ persisted, unchanged }: Operation, status: CloseOperation['status']): void {
  const possible = status === 'committed' ? persisted || unchanged : !persisted
  if (possible) return
  const text = `The schema is ${persisted ? '' : 'not '}durable: the operation cannot end ${status}.`
  throw new PersistConflict('PERSIST_CONFLICT', text)
}

/** Aggregates that were cut off in the middle say so; targets must not be left changed. */
async function settleSteps(client: pg.PoolClient, operationId: string): Promise<void> {
  const { rows } = await client.query<{ key: string; scope: string }>(`${LEFT} where left_behind`, [operationId])
  if (rows.length > 0) {
    const named = rows.slice(0, 20).map(({ scope }) => (scope === '' ? 'base' : `tenant ${scope}`))
    throw new PersistConflict('COMPENSATION_FAILED', `Still changed: ${named.join(', ')}.`)
  }
  await client.query(
    `update schema_saga.operation_step set state = 'compensated', ended_at = coalesce(ended_at, now())
      where operation_id = $1 and key = 'tenant_ddl' and scope = '' and state in ('running', 'succeeded')`,
    [operationId],
  )
  await client.query(
    `update schema_saga.operation_step set state = 'pending', started_at = null
      where operation_id = $1 and scope = '' and key in ('preflight', 'system_schema') and state = 'running'`,
    [operationId],
  )
}

/**
 * Whom this operation left behind is not behind any more, now that it has gone back itself; a person's choice stays, also of
 * one who parks such a tenant for a reason of his own, which has no code.
 */
async function takeParkedBack(client: pg.PoolClient, { id, projectId }: Operation): Promise<void> {
  await client.query(
    `update schema_saga.tenant t
        set state = 'active', cause = null, reason = null, reason_code = null, parked_by = null, changed = null,
            since = now()
       from schema_saga.operation_step s
      where t.project_id = $1 and t.parked_by = $2 and t.state = 'parked' and t.cause <> 'accepted'
        and t.reason_code is not null and s.operation_id = $2 and s.key = 'tenant_ddl' and s.scope = t.id and s.state <> 'skipped'`,
    [projectId, id],
  )
  await client.query(
    `update schema_saga.operation_step set state = 'failed'
      where operation_id = $1 and key = 'tenant_ddl' and scope <> '' and state = 'parked' and not accepted`,
    [id],
  )
}
