/** Activities of `catchUpTenant` and `catchUpBase`, and of `markReleases`. */
import type { CatchUpActivities, ReleaseActivities } from '../../contract.ts'
import { markReleasedTargets } from '../../postgres/adoption/markReleased.ts'
import { standTarget } from '../../postgres/adoption/standTarget.ts'
import { decideBaseCatchUp, isBase, openBaseCatchUp } from '../../postgres/catalog/projects/baseCatchUp.ts'
import { openCatchUp, recordCatchUpFailure } from '../../postgres/catalog/tenants/catchUp.ts'
import { decideCatchUp } from '../../postgres/catalog/tenants/catchUpStep.ts'
import { lookAtTarget } from '../../postgres/target/bookkeeping/markers.ts'
import { requirePaid } from '../debts/payDebts.ts'
import type { ActivityDependencies } from '../dependencies.ts'
import { requireReady } from '../targets/requireReady.ts'

/** The activities of tenants that come back, or were let go of. */
export function createCatchUpActivities({
  catalog,
  targetPools,
  whileHeartbeating,
}: ActivityDependencies): CatchUpActivities & ReleaseActivities {
  return {
    openCatchUp: (input) => openCatchUp(catalog, input),
    openBaseCatchUp: (input) => openBaseCatchUp(catalog, input),
    nextCatchUp: ({ project, target, actor, since, adopt: isNew = false, look: asks, at }) =>
      whileHeartbeating(async (signal) => {
        const byPerson = asks !== 'reconciler'
        const stood =
          asks === undefined && !isNew
            ? null
            : await standTarget({ catalog, targetPools }, { project, target, actor, at, isNew, byPerson })
        const look = await targetPools.withClient(target, (client, namespace) =>
          lookAtTarget(client, { target, projectId: project, namespace }),
        )
        await requirePaid({ catalog, targetPools }, project, target, { signal })
        const decide = isBase(target) ? decideBaseCatchUp : decideCatchUp
        const step = await decide(catalog, {
          project,
          target,
          look,
          actor,
          ...(since !== undefined && { since }),
        })
        // The first of what it misses may have been planned before somebody put a view or a trigger there.
        if (step.do === 'apply') await requireReady({ catalog, targetPools }, step.work)
        return stood === null ? step : { ...step, found: stood.revision }
      }),
    markReleased: () => whileHeartbeating((signal) => markReleasedTargets({ catalog, targetPools }, signal)),
    recordCatchUpFailure: (failure) => recordCatchUpFailure(catalog, failure),
  }
}
