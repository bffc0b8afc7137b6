/** What a try that is to be repeated waits for: on record at once, so that nobody has to ask Temporal. */
import type pg from 'pg'
import type { StepKey } from '../../../contract.ts'
import { onCatalog } from '../pool.ts'

/** Which record, and what its last try said. */
export interface WaitingStep {
  readonly operationId: string
  readonly key: StepKey
  readonly scope: string
  readonly error: string
  readonly errorCode: string
}

/** Counts until the record ends or is begun anew. */
export async function recordWait(pool: pg.Pool, step: WaitingStep): Promise<void> {
  const { operationId, key, scope, error, errorCode } = step
  await onCatalog(() =>
    pool.query(
      `update schema_saga.operation_step set waits = $4, waits_code = $5, waits_at = now()
        where operation_id = $1 and key = $2 and scope = $3`,
      [operationId, key, scope, error, errorCode],
    ),
  )
}

/** The wait of that code is over, while the work of the record goes on. */
export async function endWait(pool: pg.Pool, step: Omit<WaitingStep, 'error'>): Promise<void> {
  const { operationId, key, scope, errorCode } = step
  await onCatalog(() =>
    pool.query(
      `update schema_saga.operation_step set waits = null
        where operation_id = $1 and key = $2 and scope = $3 and waits_code = $4`,
      [operationId, key, scope, errorCode],
    ),
  )
}
