/** Removes from the targets what operations left there that the ledger is about to forget. */

import pMap from 'p-map'
import type { ClientBase } from 'pg'
import type { Target, TargetProblem } from '../../contract.ts'
import { databasesOf, type LostTarget, lookAtDatabase, problemOf } from '../sessions/databases.ts'
import type { TargetPools } from '../sessions/pools.ts'
import { BOOKKEEPING_VERSION, bookkeepingVersion, ensureBookkeeping } from './bookkeeping/bookkeeping.ts'

/** Operations that are past the retention, and the names under which they remember rows. */
export interface PrunedOperations {
  readonly ids: readonly string[]
  /** Those of `ids` whose changes stay. */
  readonly committed: readonly string[]
  readonly fills: readonly string[]
  readonly syncs: readonly string[]
  /** All that the ledger knows of the project: what others left goes by its own age. */
  readonly known: readonly string[]
  readonly retentionMs: number
}

const DATABASES_AT_ONCE = 4

// What has been begun and not ended stays, and so does what an operation hid that did not commit: it is not history yet,
// and the operation must not be forgotten. Rows of what was purged or came back are.
const PRUNE = `
  WITH kept AS (
         SELECT namespace, operation_id FROM schema_saga_target.marker
          WHERE namespace = ANY ($1::text[]) AND operation_id = ANY ($2::text[])
            AND (state = 'started' OR (state = 'applied' AND operation_id <> ALL ($3::text[])))
         UNION
         SELECT namespace, operation_id FROM schema_saga_target.set_aside
          WHERE namespace = ANY ($1::text[]) AND operation_id = ANY ($2::text[]) AND operation_id <> ALL ($3::text[])
            AND direction = 'forward' AND restored_at IS NULL AND purged_at IS NULL),
       markers AS (
         DELETE FROM schema_saga_target.marker m
          WHERE m.namespace = ANY ($1::text[]) AND m.operation_id = ANY ($2::text[])
            AND (m.namespace, m.operation_id) NOT IN (SELECT namespace, operation_id FROM kept)),
       asides AS (
         DELETE FROM schema_saga_target.set_aside s
          WHERE s.namespace = ANY ($1::text[]) AND coalesce(s.purged_at, s.restored_at) IS NOT NULL
            AND (s.operation_id = ANY ($2::text[]) OR (s.operation_id <> ALL ($6::text[])
              AND coalesce(s.purged_at, s.restored_at) < now() - $7::float8 * interval '1 millisecond'))),
       notes AS (
         DELETE FROM schema_saga_target.drift d
          WHERE d.namespace = ANY ($1::text[]) AND (d.operation_id = ANY ($2::text[])
             OR (d.operation_id <> ALL ($6::text[]) AND d.at < now() - $7::float8 * interval '1 millisecond'))),
       filled AS (
         DELETE FROM schema_saga_target.filled_row f
          WHERE f.namespace = ANY ($1::text[]) AND f.fill = ANY ($4::text[])),
       misfits AS (
         DELETE FROM schema_saga_target.misfit m
          WHERE m.namespace = ANY ($1::text[]) AND m.sync = ANY ($5::text[])),
       gaps AS (
         DELETE FROM schema_saga_target.sync_gap g
          WHERE g.namespace = ANY ($1::text[])
            AND g.sync_function = ANY (SELECT ('schema_saga_sync_' || s)::name FROM unnest($5::text[]) s)),
       words AS (
         DELETE FROM schema_saga_target.part_words w
          WHERE w.namespace = ANY ($1::text[]) AND w.at < now() - $7::float8 * interval '1 millisecond'),
       backfills AS (
         DELETE FROM schema_saga_target.backfill b
          WHERE b.namespace = ANY ($1::text[]) AND b.operation_id = ANY ($2::text[]))
  SELECT DISTINCT operation_id AS id FROM kept`

/**
 * One statement for each database. Returns the targets that could not be reached, where everything still is, and the
 * operations that are not over on some target.
 */
export async function pruneMarkers(
  pools: TargetPools,
  targets: readonly Target[],
  operations: PrunedOperations,
  signal?: AbortSignal,
): Promise<{ readonly lost: readonly TargetProblem[]; readonly kept: ReadonlySet<string> }> {
  const { databases, lost } = await databasesOf(pools, targets)
  const kept = new Set<string>()
  const pruned = await pMap(
    databases,
    async (database): Promise<readonly LostTarget[]> => {
      const namespaces = database.map(({ namespace }) => namespace)
      const look = await lookAtDatabase(pools, database, (client) => prune(client, namespaces, operations), signal)
      if ('lost' in look) return look.lost
      for (const id of look.found) kept.add(id)
      return []
    },
    { concurrency: DATABASES_AT_ONCE },
  )
  return { lost: [...lost, ...pruned.flat()].map(({ target, error }) => problemOf(target, error)), kept }
}

/** A database without bookkeeping has nothing to prune. */
async function prune(
  client: ClientBase,
  namespaces: readonly string[],
  { ids, committed, fills, syncs, known, retentionMs }: PrunedOperations,
): Promise<readonly string[]> {
  const version = await bookkeepingVersion(client)
  if (version === 0) return []
  if (version < BOOKKEEPING_VERSION) await ensureBookkeeping(client)
  const { rows } = await client.query<{ id: string }>(PRUNE, [
    namespaces,
    ids,
    committed,
    fills,
    syncs,
    known,
    retentionMs,
  ])
  return rows.map(({ id }) => id)
}
