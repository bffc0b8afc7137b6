/** How an operation treats its tenants: what was submitted with it, and the project's settings for the rest. */
import { DEFAULT_SETTINGS, type OperationOptions, type OutcomePolicy, type ProjectSettings } from '../../../contract.ts'
import { onCatalog, type Queryable } from '../pool.ts'

/** The choices of one operation, none of them open. */
export interface OperationPolicy {
  readonly onTenantFailure: OutcomePolicy
  readonly maxParked: number | string
  readonly haltAt: number | string | null
  readonly options: OperationOptions
  readonly settings: ProjectSettings
}

/** The policy of a known operation. */
export async function readPolicy(db: Queryable, operationId: string): Promise<OperationPolicy> {
  return await onCatalog(async () => {
    const { rows } = await db.query<{ options: OperationOptions; settings: Partial<ProjectSettings> }>(
      `select o.options, p.settings from schema_saga.operation o
         join schema_saga.project p on p.id = o.project_id where o.id = $1`,
      [operationId],
    )
    const options = rows[0]?.options ?? {}
    const settings = { ...DEFAULT_SETTINGS, ...rows[0]?.settings }
    return {
      onTenantFailure: options.onTenantFailure ?? settings.on_tenant_failure,
      maxParked: options.maxParked ?? settings.max_parked,
      haltAt: options.haltAt ?? null,
      options,
      settings,
    }
  })
}
