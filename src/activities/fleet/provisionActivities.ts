/** Activities of `provisionTenant`. */
import { BASE_SCOPE, type ProvisionActivities } from '../../contract.ts'
import { provisionSql, schemaHashOf } from '../../physical/plan/planMutation.ts'
import { projectSchema } from '../../physical/project.ts'
import { requireClaim } from '../../postgres/adoption/claim.ts'
import { catalogIdOf } from '../../postgres/catalog/projects/identity.ts'
import { requireProject } from '../../postgres/catalog/projects/projects.ts'
import {
  abandonProvisioning,
  activateBase,
  activateTenant,
  openProvisioning,
} from '../../postgres/catalog/tenants/provision.ts'
import { dropMadeDatabase } from '../../postgres/target/madeDatabase.ts'
import { provisionTarget } from '../../postgres/target/provisionTarget.ts'
import type { ActivityDependencies } from '../dependencies.ts'

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
        const { schema, revision } = await requireProject(catalog, project)
        const provisioned = await provisionTarget(targetPools, {
          target,
          projectId: project,
          revision,
          schemaHash: schemaHashOf(revision, schema),
          statements: provisionSql(projectSchema(schema)),
          catalogId: await catalogIdOf(catalog),
          claim: (registration) => requireClaim({ catalog, targetPools }, { project, place: target, registration }),
        })
        if (target.scope === BASE_SCOPE) await activateBase(catalog, project)
        return { revision: provisioned.revision }
      }),
    abandonProvisioning: (request) =>
      whileHeartbeating(async () => {
        await abandonProvisioning(catalog, request)
        await dropMadeDatabase(targetPools, request.target)
      }),
    activateTarget: (request) => activateTenant(catalog, request),
  }
}
