/** What lies on the targets of a project under names of what is set aside, and in no list of it. Reads only. */
import pMap from 'p-map'
import type { UnlistedObject } from '../../contract/setAside.ts'
import { groupedBy } from '../../groupedBy.ts'
import { readUnlisted, UNLISTED_ADVICE, unlistedDifference } from '../adoption/unlisted.ts'
import { listAsideTargets } from '../catalog/setAside/purges.ts'
import { databasesOf, lookAtDatabase } from '../sessions/databases.ts'
import type { AsideAccess } from './objects.ts'

const LOOKS_AT_ONCE = 4
const MOST = 100

/** At most 100; databases that cannot be asked are told of beside what is listed. */
export async function findUnlisted(
  { catalog, targetPools }: AsideAccess,
  project: string,
): Promise<readonly UnlistedObject[]> {
  const { databases } = await databasesOf(targetPools, await listAsideTargets(catalog, project))
  const found = await pMap(
    databases,
    async (database) => {
      const namespaces = database.map(({ namespace }) => namespace)
      const look = await lookAtDatabase(targetPools, database, (client) => readUnlisted(client, namespaces))
      const unlisted = groupedBy('lost' in look ? [] : look.found, ({ namespace }) => namespace)
      return database.flatMap(({ target, namespace }) =>
        (unlisted.get(namespace) ?? []).map((each) => ({
          tenant: target.scope,
          object: unlistedDifference(each).object,
          error_code: 'KEPT_ASIDE',
          error: UNLISTED_ADVICE,
        })),
      )
    },
    { concurrency: LOOKS_AT_ONCE },
  )
  return found.flat().slice(0, MOST)
}
