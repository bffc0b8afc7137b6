/** Activities of `provisionTenant`. */
import { BASE_SCOPE, type ProvisionActivities } from '../../contract.ts'
import { activateBase, activateTenant } from '../../postgres/catalog/tenants/activation.ts'
import { openProvisioning } from '../../postgres/catalog/tenants/provision.ts'
import type { ActivityDependencies } from '../dependencies.ts'
import { abandonTarget } from './abandonTarget.ts'
import { makeTarget } from './makeTarget.ts'

/** The provisioning activities. */
export function createProvisionActivities({
  catalog,
  targetPools,
  whileHeartbeating,
}: ActivityDependencies): ProvisionActivities {
  return {
    openProvisioning: (input) => openProvisioning(catalog, input),
    provisionTarget: ({ project, target }) =>
      whileHeartbeating(async () => {
        const { revision } = await makeTarget({ catalog, targetPools }, { project, target })
        if (target.scope === BASE_SCOPE) await activateBase(catalog, project)
        return { revision }
      }),
    abandonProvisioning: (request) => whileHeartbeating(() => abandonTarget({ catalog, targetPools }, request)),
    activateTarget: (request) => activateTenant(catalog, request),
  }
}
