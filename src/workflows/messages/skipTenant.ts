/** Leaving one tenant out because a person says so: fenced first when work there may have begun. */
import { isCancellation } from '@temporalio/workflow'
import type { SkipTenantRequest } from '../../contract.ts'
import { catalog, policy, targets } from '../activities.ts'
import { reasonOf, workflowFailure } from '../run/failures.ts'

/** Skips a tenant. Throws, as the Update's answer, `TENANT_NOT_FOUND` or `NOT_APPLICABLE`. */
export async function skipTenant(operationId: string, planHash: string, request: SkipTenantRequest): Promise<void> {
  const { tenant, actor = 'unknown', reason = '' } = request
  const choice = { operationId, tenant, actor, reason }
  try {
    const { fence } = await policy.skipTenant(choice)
    if (fence === null) return
    const { epoch, ...target } = fence
    const fenced = await fenceOff({ operationId, planHash, target, epoch })
    await policy.skipTenant({ ...choice, fenced })
  } catch (error) {
    throw workflowFailure(reasonOf(error))
  }
}

/** Undoes what an operation did on a tenant that is to be left behind, so that nothing of it lands there later. */
export async function fenceOff(work: Parameters<typeof targets.compensateTarget>[0]): Promise<'no' | 'unknown'> {
  try {
    const { touched } = await targets.compensateTarget({ ...work, patience: 'short' })
    const { operationId, target, epoch } = work
    await catalog.recordUndone({ operationId, key: 'tenant_ddl', scope: target.scope, touched, epoch })
    return 'no'
  } catch (error) {
    if (isCancellation(error)) throw error
    // What may be left there is on record as unknown, and whoever touches the tenant next looks at its markers first.
    return 'unknown'
  }
}
