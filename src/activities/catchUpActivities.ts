/** Activities of `catchUpTenant`. */
import type pg from 'pg'
import type { CatchUpActivities, Target } from '../contract.ts'
import { projectSchema } from '../physical/project.ts'
import { type Adoption, adoptTarget } from '../postgres/adopt.ts'
import { openCatchUp, passedPlans, recordCatchUpFailure } from '../postgres/catalog/catchUp.ts'
import { decideCatchUp } from '../postgres/catalog/catchUpStep.ts'
import { requireProject } from '../postgres/catalog/projects.ts'
import { settleTarget } from '../postgres/settle.ts'
import { lookAtTarget } from '../postgres/target/look.ts'
import type { ActivityDependencies } from './dependencies.ts'

/** The activities of catch-up. */
export function createCatchUpActivities({
  catalog,
  targetPools,
  whileHeartbeating,
}: ActivityDependencies): CatchUpActivities {
  return {
    openCatchUp: (input) => openCatchUp(catalog, input),
    nextCatchUp: ({ project, target, actor, since, adopt }) =>
      whileHeartbeating(async (signal) => {
        if (adopt) await adoptTarget(targetPools, await adoption(catalog, project, target))
        const look = await targetPools.withClient(target, (client, namespace) =>
          lookAtTarget(client, { target, projectId: project, namespace }),
        )
        const passed = await passedPlans(catalog, { project, target, revision: look.revision })
        for (const { operationId, plan } of passed) {
          await settleTarget(targetPools, { target, projectId: project, operationId, epoch: 0, plan, signal })
        }
        return await decideCatchUp(catalog, { project, target, look, actor, ...(since !== undefined && { since }) })
      }),
    recordCatchUpFailure: (failure) => recordCatchUpFailure(catalog, failure),
  }
}

/** What the tenant must look like to be taken over: its project as it is now. */
async function adoption(catalog: pg.Pool, projectId: string, target: Target): Promise<Adoption> {
  const { revision, schemaHash, schema, settings } = await requireProject(catalog, projectId)
  return { target, projectId, revision, schemaHash, expected: projectSchema(schema), ignore: settings.ignore }
}
