/**
 * Whether work has begun on a target: a target on which nobody has is not asked for its undo, and cannot fail it. The
 * record's row is the fence: either a try begins first, or the undo is closed first and no try begins any more.
 */
import type pg from 'pg'
import type { StepKey } from '../../../contract.ts'
import { StaleEpoch } from '../../../errors.ts'
import { onCatalog } from '../pool.ts'
import { FINAL } from '../statuses.ts'

/** The record of a target in an operation, and the epoch of the work. */
export interface WorkRecord {
  readonly operationId: string
  readonly key: Extract<StepKey, 'base_project_ddl' | 'tenant_ddl'>
  readonly scope: string
  readonly epoch: number
}

/** Before the first effect on the target. Errors: `STALE_EPOCH` when its undo is done already. */
export async function beginWork(pool: pg.Pool, { operationId, key, scope, epoch }: WorkRecord): Promise<void> {
  await onCatalog(async () => {
    const { rowCount } = await pool.query(
      `update schema_saga.operation_step set begun = coalesce(begun, 'a try')
        where operation_id = $1 and key = $2 and scope = $3 and epoch = $4 and not undone`,
      [operationId, key, scope, epoch],
    )
    if (rowCount === 1) return
    throw new StaleEpoch('STALE_EPOCH', `Epoch ${epoch} of ${scope === '' ? 'the base' : scope} is undone already.`)
  })
}

/** A sweep has started these tenants with its token, and has not come to them. */
export async function takeBackStart(
  pool: pg.Pool,
  { operationId, token, scopes }: { operationId: string; token: string; scopes: readonly string[] },
): Promise<void> {
  await onCatalog(() =>
    pool.query(
      `update schema_saga.operation_step set begun = null
        where operation_id = $1 and key = 'tenant_ddl' and scope = any ($2::text[]) and begun = $3`,
      [operationId, scopes, token],
    ),
  )
}

/**
 * Closes the undo of those of the targets on which nobody has begun work, and of those that a person has removed. Returns
 * their scopes: there is nothing to undo. An operation that is over keeps its records.
 */
export async function closeUntouched(
  pool: pg.Pool,
  { operationId, key, scopes }: Pick<WorkRecord, 'operationId' | 'key'> & { readonly scopes: readonly string[] },
): Promise<readonly string[]> {
  return await onCatalog(async () => {
    const { rows } = await pool.query<{ scope: string }>(
      `update schema_saga.operation_step s set undone = true
         from schema_saga.operation o
        where s.operation_id = $1 and s.key = $2 and s.scope = any ($3::text[]) and o.id = s.operation_id
          and o.persisted_at is null and o.status not in ${FINAL}
          and ((s.begun is null and s.tries > 0)
            or (s.undone and s.scope <> '' and not exists (
                  select from schema_saga.tenant t where t.project_id = o.project_id and t.id = s.scope)))
       returning s.scope`,
      [operationId, key, scopes],
    )
    return rows.map(({ scope }) => scope)
  })
}
