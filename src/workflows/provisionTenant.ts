/** A new base or tenant: its namespace with all tables at the current revision, then active, never in between. */
import { upsertSearchAttributes } from '@temporalio/workflow'
import { BASE_SCOPE, type ProvisionInput, type Target } from '../contract.ts'
import { bringUp } from './catchUpTenant.ts'
import { reasonOf, workflowFailure } from './failures.ts'
import { provisioning } from './fleetProxies.ts'
import { PROJECT_ATTRIBUTE } from './progress.ts'

/**
 * Provisions one target; safe to repeat. A tenant that was overtaken by an operation which committed meanwhile gets the
 * plans it misses, in order, before it becomes active.
 */
export async function provisionTenant(input: ProvisionInput): Promise<{ target: Target; revision: number }> {
  upsertSearchAttributes([{ key: PROJECT_ATTRIBUTE, value: input.project }])
  try {
    const { target } = await provisioning.openProvisioning(input)
    const { revision } = await provisioning.provisionTarget({ project: input.project, target })
    if (input.scope === BASE_SCOPE) return { target, revision }
    const { active } = await provisioning.activateTarget({ project: input.project, target, revision })
    if (active) return { target, revision }
    return { target, revision: await bringUp({ project: input.project, target, actor: input.actor }) }
  } catch (error) {
    throw workflowFailure(reasonOf(error))
  }
}
