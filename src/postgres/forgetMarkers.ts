/** Markers of operations that the catalog is about to forget go first: one statement per database. */
import type { ClientBase } from 'pg'
import type { Target } from '../contract.ts'
import { databasesOf, type LostTarget, lookAtDatabase } from './databases.ts'
import type { TargetPools } from './pools.ts'
import { bookkeepingVersion } from './target/bookkeeping.ts'

/** Removes the markers; targets that could not be reached are returned. */
export async function forgetMarkers(
  pools: TargetPools,
  targets: readonly Target[],
  operationIds: readonly string[],
): Promise<readonly LostTarget[]> {
  const { databases, lost } = await databasesOf(pools, targets)
  const silent: LostTarget[] = [...lost]
  for (const database of databases) {
    const namespaces = database.map(({ namespace }) => namespace)
    const ended = await lookAtDatabase(pools, database, (client) => forgetIn(client, namespaces, operationIds))
    if ('lost' in ended) silent.push(...ended.lost)
  }
  return silent
}

async function forgetIn(client: ClientBase, namespaces: readonly string[], ids: readonly string[]): Promise<void> {
  if ((await bookkeepingVersion(client)) === 0) return
  for (const table of ['marker', 'backfill']) {
    await client.query(
      `DELETE FROM schema_saga_target.${table} WHERE namespace = ANY ($1) AND operation_id = ANY ($2)`,
      [namespaces, ids],
    )
  }
}
