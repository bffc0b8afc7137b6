/** When an operation stops by itself between two waves. */

import { onCatalog, type Queryable } from '../pool.ts'
import { reaches } from '../projects/tenantLimit.ts'
import { readPolicy } from './policy.ts'

/** Counts the tenants that failed or were parked among those begun, and compares with the operation's `haltAt`. */
export async function countHalting(
  db: Queryable,
  operationId: string,
): Promise<{ halts: boolean; failed: number; begun: number }> {
  const { haltAt } = await readPolicy(db, operationId)
  return await onCatalog(async () => {
    const { rows } = await db.query<{ failed: number; begun: number }>(
      `select (count(*) filter (where state in ('failed', 'parked')))::int as failed, count(*)::int as begun
         from schema_saga.operation_step
        where operation_id = $1 and key = 'tenant_ddl' and scope <> '' and state <> 'pending'`,
      [operationId],
    )
    const { failed = 0, begun = 0 } = rows[0] ?? {}
    return { halts: haltAt !== null && reaches(haltAt, failed, begun), failed, begun }
  })
}
