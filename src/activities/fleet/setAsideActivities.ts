/** Activities of `manageSetAside`: only workers reach the targets. */
import type { SetAsideActivities } from '../../contract/setAside.ts'
import { asideDocument, findAsideObjects } from '../../postgres/setAside/objects.ts'
import { purgeSetAside } from '../../postgres/setAside/purge.ts'
import { restoreSetAside } from '../../postgres/setAside/restore.ts'
import { findUnlisted } from '../../postgres/setAside/unlisted.ts'
import type { ActivityDependencies } from '../dependencies.ts'

/** The set-aside activities. */
export function createSetAsideActivities(deps: ActivityDependencies): SetAsideActivities {
  const { whileHeartbeating } = deps
  return {
    listSetAside: ({ project }) =>
      whileHeartbeating(async () => {
        const { objects, unreachable } = await findAsideObjects(deps, project)
        return { set_aside: objects.map(asideDocument), unlisted: await findUnlisted(deps, project), unreachable }
      }),
    purgeSetAside: (input) => whileHeartbeating((signal) => purgeSetAside({ ...deps, signal }, input)),
    restoreSetAside: (input) => whileHeartbeating((signal) => restoreSetAside({ ...deps, signal }, input)),
  }
}
