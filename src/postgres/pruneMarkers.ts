/** Removes from the targets what operations left there that the ledger is about to forget. */
import pMap from 'p-map'
import type { Target, TargetProblem } from '../contract.ts'
import { databasesOf, type LostTarget, lookAtDatabase, problemOf } from './databases.ts'
import type { TargetPools } from './pools.ts'
import { bookkeepingVersion } from './target/bookkeeping.ts'

const DATABASES_AT_ONCE = 4

// What has been begun and not ended stays: it is not history yet.
const PRUNE = `
  WITH kept AS (SELECT DISTINCT namespace, operation_id FROM schema_saga_target.marker
                 WHERE namespace = ANY ($1::text[]) AND operation_id = ANY ($2::text[]) AND state = 'started'),
       markers AS (
         DELETE FROM schema_saga_target.marker m
          WHERE m.namespace = ANY ($1::text[]) AND m.operation_id = ANY ($2::text[])
            AND NOT EXISTS (SELECT FROM kept k WHERE k.namespace = m.namespace AND k.operation_id = m.operation_id))
  DELETE FROM schema_saga_target.backfill b
   WHERE b.namespace = ANY ($1::text[]) AND b.operation_id = ANY ($2::text[])`

/** One statement for each database. Returns the targets that could not be reached; their markers are still there. */
export async function pruneMarkers(
  pools: TargetPools,
  targets: readonly Target[],
  operationIds: readonly string[],
  signal?: AbortSignal,
): Promise<readonly TargetProblem[]> {
  const { databases, lost } = await databasesOf(pools, targets)
  const pruned = await pMap(
    databases,
    async (database): Promise<readonly LostTarget[]> => {
      const namespaces = database.map(({ namespace }) => namespace)
      const prune = async (client: Parameters<Parameters<TargetPools['withClient']>[1]>[0]): Promise<void> => {
        if ((await bookkeepingVersion(client)) > 0) await client.query(PRUNE, [namespaces, operationIds])
      }
      const look = await lookAtDatabase(pools, database, prune, signal)
      return 'lost' in look ? look.lost : []
    },
    { concurrency: DATABASES_AT_ONCE },
  )
  return [...lost, ...pruned.flat()].map(({ target, error }) => problemOf(target, error))
}
