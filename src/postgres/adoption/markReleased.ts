/** Tells targets that were let go of so in their own databases; none of their tables, markers or asides is touched. */

import pMap from 'p-map'
import type pg from 'pg'
import type { Target } from '../../contract.ts'
import { listUnmarkedReleases, markReleased, postponeReleases } from '../catalog/projects/released.ts'
import { databasesOf, lookAtDatabase, type TargetDatabase } from '../sessions/databases.ts'
import type { TargetPools } from '../sessions/pools.ts'
import { bookkeepingVersion, ensureBookkeeping } from '../target/bookkeeping/bookkeeping.ts'

const DATABASES_AT_ONCE = 4

/** A database that does not answer is asked again by a later call. */
export async function markReleasedTargets(
  { catalog, targetPools }: { readonly catalog: pg.Pool; readonly targetPools: TargetPools },
  signal?: AbortSignal,
): Promise<{ marked: number; left: number }> {
  const { databases, lost } = await databasesOf(targetPools, await listUnmarkedReleases(catalog))
  const looks = await pMap(
    databases,
    async (database) => {
      const look = await lookAtDatabase(targetPools, database, (client) => mark(client, database), signal)
      return 'lost' in look ? { done: [], left: look.lost.map(({ target }) => target) } : { done: look.found, left: [] }
    },
    { concurrency: DATABASES_AT_ONCE },
  )
  const done = looks.flatMap((each) => each.done)
  const left = [...lost.map(({ target }) => target), ...looks.flatMap((each) => each.left)]
  await markReleased(catalog, incarnations(done))
  await postponeReleases(catalog, incarnations(left))
  return { marked: done.length, left: left.length }
}

type Client = Parameters<typeof bookkeepingVersion>[0]

async function mark(client: Client, database: TargetDatabase): Promise<readonly Target[]> {
  if ((await bookkeepingVersion(client)) > 0) {
    await ensureBookkeeping(client)
    for (const { target, namespace } of database) {
      await client.query('SELECT schema_saga_target.release_target_v1($1, $2)', [namespace, target.incarnation])
    }
  }
  return database.map(({ target }) => target)
}

function incarnations(targets: readonly Target[]): readonly string[] {
  return targets.map(({ incarnation }) => incarnation)
}
