/** A new base or tenant: its namespace with all tables at the current revision, then active, never in between. */
import { isCancellation, log, upsertSearchAttributes } from '@temporalio/workflow'
import { parseProvision } from '../../contract/inputs/tenantInputs.ts'
import { BASE_SCOPE, type ProvisionInput, type Target } from '../../contract.ts'
import { parsed } from '../messages/parsed.ts'
import { leavesNothingBehind } from '../patches.ts'
import { reasonOf, workflowFailure } from '../run/failures.ts'
import { PROJECT_ATTRIBUTE } from '../run/progress.ts'
import { bringUp } from './catchUpTenant.ts'
import { provisioning } from './fleetProxies.ts'

/**
 * Provisions one target; one that could not be made leaves nothing behind but, for a base, its project. Safe to repeat. A
 * tenant that was overtaken by an operation which committed meanwhile gets the plans it misses, in order, before it becomes
 * active.
 */
export async function provisionTenant(given: ProvisionInput): Promise<{ target: Target; revision: number }> {
  const input = parsed(parseProvision, given)
  upsertSearchAttributes([{ key: PROJECT_ATTRIBUTE, value: input.project }])
  let reserved: Target | null = null
  try {
    const { target } = await provisioning.openProvisioning(input)
    reserved = target
    const { revision } = await provisioning.provisionTarget({ project: input.project, target })
    reserved = null
    if (input.scope === BASE_SCOPE) return { target, revision }
    const { active } = await provisioning.activateTarget({ project: input.project, target, revision })
    if (active) return { target, revision }
    const { revision: reached } = await bringUp({ project: input.project, target, actor: input.actor })
    return { target, revision: reached }
  } catch (error) {
    const reason = reasonOf(error)
    if (reserved !== null && !isCancellation(error) && leavesNothingBehind()) {
      const { project, actor } = input
      const { server, namespace } = reserved
      // What made it fail is the news, not that the catalog was away as well.
      await provisioning
        .abandonProvisioning({ project, target: reserved, actor, error: reason.message })
        .catch((left: unknown) => {
          const { code } = reasonOf(left)
          const place = { project, tenant: input.scope, server, namespace }
          log.warn('what a failed provisioning left could not be removed', { ...place, code })
        })
    }
    throw workflowFailure(reason)
  }
}
