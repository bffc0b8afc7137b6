/** Giving up, asking for a person, and closing: the ledger row decides, under its lock. */
import type pg from 'pg'
import { type CloseOperation, FINAL_STATUSES } from '../../contract.ts'
import { PersistConflict } from '../../errors.ts'
import { writeAudit } from './audit.ts'
import { type Operation, requireOperation, setStatus } from './operations.ts'
import { inTransaction } from './pool.ts'

/** Durable before the first undo. Errors: `PERSIST_CONFLICT` when the schema is durable or the operation closed already. */
export async function beginCompensation(
  pool: pg.Pool,
  request: { operationId: string; error: string; errorCode: string },
): Promise<void> {
  await inTransaction(pool, async (client) => {
    const operation = await requireOperation(client, request.operationId, 'for update')
    if (operation.persisted) {
      throw new PersistConflict('PERSIST_CONFLICT', 'The schema is durable already: nothing is undone any more.')
    }
    requireOpen(operation)
    // A person asked for another try of the undo: that is an attempt of its own. A repetition finds it compensating.
    if (operation.status === 'needs_repair') {
      await client.query('update schema_saga.operation set attempt = attempt + 1 where id = $1', [request.operationId])
    }
    await setStatus(client, request.operationId, 'compensating', request)
  })
}

/** Something is not as before and a person must look. */
export async function markNeedsRepair(
  pool: pg.Pool,
  request: { operationId: string; error: string; errorCode: string },
): Promise<void> {
  await inTransaction(pool, async (client) => {
    const operation = await requireOperation(client, request.operationId, 'for update')
    requireOpen(operation)
    await setStatus(client, request.operationId, 'needs_repair', request)
    await writeAudit(client, {
      projectId: operation.projectId,
      operationId: request.operationId,
      actor: 'schema-saga',
      action: 'needs_repair',
    })
  })
}

/**
 * Writes the final status, once. A failed or cancelled operation must have left nothing changed, a committed one must be
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
    await setStatus(client, operationId, status, { error, errorCode })
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
  const text = `The schema is ${persisted ? '' : 'not '}durable: the operation can not end ${status}.`
  throw new PersistConflict('PERSIST_CONFLICT', text)
}

/** Aggregates that were cut off in the middle say so; targets must not be left changed. */
async function settleSteps(client: pg.PoolClient, operationId: string): Promise<void> {
  const { rows } = await client.query<{ key: string; scope: string }>(
    `select key, scope from schema_saga.operation_step
      where operation_id = $1 and not undone
        -- A try that failed may have left something, one that never began (preflight) has not.
        and (state in ('running', 'succeeded') or (state = 'failed' and tries > 0))
        and (key = 'base_project_ddl' or (key = 'tenant_ddl' and scope <> ''))`,
    [operationId],
  )
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
