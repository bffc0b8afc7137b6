/** Activities of `provisionTenants`. */
import pMap from 'p-map'
import type { MadeTarget, ProvisionTenantsActivities, Target, UnmadeTarget } from '../../contract.ts'
import { NOT_RETRYABLE } from '../../errors.ts'
import { requireProject } from '../../postgres/catalog/projects/projects.ts'
import { activateTenants, openProvisionings } from '../../postgres/catalog/tenants/provisionMany.ts'
import type { ActivityDependencies } from '../dependencies.ts'
import { isOfOne } from '../import/importNamespace.ts'
import { abandonTarget } from './abandonTarget.ts'
import { makeAfter, patternOf } from './makeTarget.ts'

/** Targets made side by side: most of the time of each is that of its server and its disk. */
const AT_ONCE = 8

/** The activities for many new tenants. */
export function createProvisionManyActivities(deps: ActivityDependencies): ProvisionTenantsActivities {
  const { catalog, whileHeartbeating } = deps
  return {
    openProvisionings: (input) => openProvisionings(catalog, input),
    provisionTargets: ({ project, targets }) =>
      whileHeartbeating((signal, report) => makeAll(deps, { project, targets, signal, report })),
    activateTargets: (input) => activateTenants(catalog, input),
    abandonProvisionings: ({ project, actor, unmade }) =>
      whileHeartbeating(async (signal) => {
        const abandon = ({ target, error }: UnmadeTarget): Promise<void> =>
          abandonTarget(deps, { project, target, actor, error })
        await pMap(unmade, abandon, { concurrency: AT_ONCE, signal })
      }),
  }
}

interface Making {
  readonly project: string
  readonly targets: readonly Target[]
  readonly signal: AbortSignal
  readonly report: (details: unknown) => void
}

/** What keeps one from being made stops no other. */
async function makeAll(
  deps: ActivityDependencies,
  { project, targets, signal, report }: Making,
): ReturnType<ProvisionTenantsActivities['provisionTargets']> {
  const made: MadeTarget[] = []
  const later: UnmadeTarget[] = []
  const failed: UnmadeTarget[] = []
  // What keeps all of them from being made is told of each: their places are reserved, and have to be given up.
  const pattern = patternOf(deps, await requireProject(deps.catalog, project))
  const concurrency = await pattern.then(
    ({ alone }) => (alone === true ? 1 : AT_ONCE),
    () => AT_ONCE,
  )
  const makeOne = async (target: Target): Promise<void> => {
    try {
      const { revision } = await makeAfter(deps, await pattern, target)
      made.push({ target, revision })
    } catch (error) {
      if (!isOfOne(error)) throw error
      const unmade = NOT_RETRYABLE.includes(error.name) ? failed : later
      unmade.push({ target, code: error.code, error: error.message })
    }
    report({ made: made.length, of: targets.length })
  }
  await pMap(targets, makeOne, { concurrency, signal })
  return { made, later, failed }
}
