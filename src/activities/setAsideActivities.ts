/** Activities of `manageSetAside`: only workers reach the targets. */
import type { SetAsideActivities } from '../contract/setAside.ts'
import { asideDocument, findAsideObjects } from '../postgres/asideObjects.ts'
import { purgeSetAside } from '../postgres/purgeSetAside.ts'
import { restoreSetAside } from '../postgres/restoreSetAside.ts'
import { findUnlisted } from '../postgres/unlistedObjects.ts'
import type { ActivityDependencies } from './dependencies.ts'

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
