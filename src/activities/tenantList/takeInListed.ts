/** One tenant that is new in the list: its namespace is made, or taken over as it is if there is something in it. */

import { asErrorCode } from '../../contract/errors/errorCodes.ts'
import type { ListedTenant } from '../../contract/hooks/tenantList.ts'
import { errorFor, RequestRefused, type SagaError } from '../../errors.ts'
import type { Project } from '../../postgres/catalog/projects/projects.ts'
import { requireServer } from '../../postgres/catalog/projects/servers.ts'
import { activateTenant } from '../../postgres/catalog/tenants/activation.ts'
import { openProvisioning } from '../../postgres/catalog/tenants/provision.ts'
import { isInUse } from '../../postgres/target/provisionTarget.ts'
import type { ActivityDependencies } from '../dependencies.ts'
import { abandonAndGoOn } from '../fleet/abandonTarget.ts'
import { makeTarget } from '../fleet/makeTarget.ts'
import { createImporter, isOfOne } from '../import/importNamespace.ts'

/** What came of one tenant; a problem is of this tenant alone. */
export type TakenIn = 'provisioned' | 'imported' | SagaError

/** The operation that the list is asked for, and who submitted it. */
interface Asking {
  readonly operationId: string
  readonly actor: string
}

/** Takes in one tenant after the other. `isBegun`: an earlier try has reserved its place. */
export function createTakeIn(
  deps: ActivityDependencies,
  project: Project,
  by: Asking,
): (listed: ListedTenant, isBegun: boolean) => Promise<TakenIn> {
  return async (listed, isBegun) => {
    try {
      const { server, namespace } = listed
      await requireServer(deps.catalog, server)
      if (!isBegun && (await isInUse(deps.targetPools, { server, namespace }))) {
        await takeOver(deps, project, listed, by.actor)
        return 'imported'
      }
      await provision(deps, project, listed, by)
      return 'provisioned'
    } catch (error) {
      if (!isOfOne(error)) throw error
      return error
    }
  }
}

async function takeOver(
  deps: ActivityDependencies,
  project: Project,
  { id: tenant, server, namespace }: ListedTenant,
  actor: string,
): Promise<void> {
  if (project.kind === 'models' && project.schema.models.length === 0) {
    const text = `Namespace ${server}/${namespace} is not empty, and project "${project.id}" has no models to compare it with.`
    throw new RequestRefused('NOT_APPLICABLE', text)
  }
  const input = { project: project.id, server, like: namespace, actor }
  const taken = await createImporter(deps, input, project)({ namespace, tenant })
  if (taken.outcome === 'refused') throw errorFor(asErrorCode(taken.code), taken.reason)
}

/** Whoever could not be made leaves nothing behind. */
async function provision(
  deps: ActivityDependencies,
  { id: project }: Project,
  { id: scope, server, namespace }: ListedTenant,
  { operationId, actor }: Asking,
): Promise<void> {
  const { catalog } = deps
  const { target } = await openProvisioning(catalog, { project, scope, server, namespace, actor })
  const { revision } = await makeTarget(deps, { project, target }).catch(async (error: unknown) => {
    if (isOfOne(error)) await abandonAndGoOn(deps, operationId, { project, target, actor, error: error.message })
    throw error
  })
  await activateTenant(catalog, { project, target, revision })
}
