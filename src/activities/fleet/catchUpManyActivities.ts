/** Activities of `catchUpTenants`. */
import type { CatchUpTenantsActivities } from '../../contract.ts'
import { recordCatchUpFailure } from '../../postgres/catalog/tenants/catchUp.ts'
import { openCatchUps } from '../../postgres/catalog/tenants/catchUpMany.ts'
import type { ActivityDependencies } from '../dependencies.ts'
import { bringUpTargets } from './bringUpTargets.ts'

/** The activities for many tenants that come back. */
export function createCatchUpManyActivities(deps: ActivityDependencies): CatchUpTenantsActivities {
  const { catalog, whileHeartbeating } = deps
  return {
    openCatchUps: (input) => openCatchUps(catalog, input),
    bringUpTargets: (asked) => whileHeartbeating((signal, report) => bringUpTargets(deps, asked, { signal, report })),
    recordCatchUpFailures: ({ project, actor, failures }) =>
      whileHeartbeating(async () => {
        for (const failure of failures) await recordCatchUpFailure(catalog, { project, actor, ...failure })
      }),
  }
}
