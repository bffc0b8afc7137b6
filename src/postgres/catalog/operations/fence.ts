/** The fence in front of forward work. */
import type pg from 'pg'
import { PersistConflict } from '../../../errors.ts'

/**
 * Held until the end of the transaction, so that the undo begins either before these targets or after them, never
 * between. Errors: `PERSIST_CONFLICT` unless the operation is applying.
 */
export async function requireApplying(client: pg.PoolClient, operationId: string): Promise<void> {
  const { rows } = await client.query<{ status: string }>(
    'select status from schema_saga.operation where id = $1 for key share',
    [operationId],
  )
  const status = rows[0]?.status ?? 'unknown'
  if (status === 'applying') return
  throw new PersistConflict('PERSIST_CONFLICT', `Operation "${operationId}" is ${status}: no target is started now.`)
}
