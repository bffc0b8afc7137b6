/** Where a tenant is, for applications that ask often. */
import type pg from 'pg'
import type { TenantState } from '../../../contract.ts'
import { onCatalog } from '../pool.ts'

/** The revision that a tenant's tables have, and the tenant's state. */
export interface TenantGeneration {
  /** Null before its tables are there. */
  readonly revision: number | null
  /** Whether operations work on it. */
  readonly state: TenantState
}

/** Undefined when there is no such tenant. */
export async function readGeneration(
  pool: pg.Pool,
  project: string,
  tenant: string,
): Promise<TenantGeneration | undefined> {
  return await onCatalog(async () => {
    const { rows } = await pool.query<TenantGeneration>(
      'select revision, state from schema_saga.tenant where project_id = $1 and id = $2',
      [project, tenant],
    )
    return rows[0]
  })
}
