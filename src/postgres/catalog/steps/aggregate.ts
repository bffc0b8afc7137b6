/** The records of steps as a whole, by those who do the work themselves: begun once, and ended with the work. */
import { BASE_SCOPE, type StepKey } from '../../../contract.ts'
import { onCatalog, type Queryable } from '../pool.ts'

/** The step begins; one that has begun, failed or ended before stays as it is. */
export async function beginStep(db: Queryable, operationId: string, key: StepKey): Promise<void> {
  await onCatalog(() =>
    db.query(
      `update schema_saga.operation_step
          set state = 'running', tries = tries + 1, started_at = coalesce(started_at, now())
        where operation_id = $1 and key = $2 and scope = $3 and state = 'pending'`,
      [operationId, key, BASE_SCOPE],
    ),
  )
}

/** These steps have succeeded, whether they were begun or not; one that had before keeps its time. */
export async function endSteps(db: Queryable, operationId: string, keys: readonly StepKey[]): Promise<void> {
  await onCatalog(() =>
    db.query(
      `update schema_saga.operation_step
          set state = 'succeeded', error = null, error_code = null, tries = greatest(tries, 1),
              started_at = coalesce(started_at, now()),
              ended_at = case when state = 'succeeded' then ended_at else clock_timestamp() end
        where operation_id = $1 and key = any ($2) and scope = $3`,
      [operationId, keys, BASE_SCOPE],
    ),
  )
}
