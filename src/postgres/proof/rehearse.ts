/**
 * The rehearsal of a change that nothing leads back from: on tenants with rows, in a transaction that is rolled back, before any
 * target is changed for good.
 */
import type { ClientBase } from 'pg'
import type { Target } from '../../contract.ts'
import { SagaError } from '../../errors.ts'
import type { SqlChange } from '../../sql/change/sqlChange.ts'
import type { Script } from '../../sql/script/script.ts'
import { databasesOf, lookAtDatabase } from '../sessions/databases.ts'
import type { TargetPools } from '../sessions/pools.ts'
import { whereOf } from '../sessions/servers.ts'
import { spend } from '../sessions/spent.ts'
import { requireAsAfter } from '../target/script/comparison.ts'
import { footprintInside } from '../target/script/fences.ts'
import { placeOf } from '../target/script/place.ts'
import { needsCommits, proveStage } from './proofStage.ts'

/** The tenant whose touched tables have the most rows, as far as Postgres has counted them; null where there is none to be reached. */
export async function fullestTenant(
  pools: TargetPools,
  tenants: readonly Target[],
  { objects }: Pick<SqlChange, 'objects'>,
): Promise<Target | null> {
  const { databases } = await databasesOf(pools, tenants)
  let fullest: { readonly target: Target; readonly rows: number } | null = null
  for (const database of databases) {
    const namespaces = database.map(({ namespace }) => namespace)
    const look = await lookAtDatabase(pools, database, (client) => rowsIn(client, namespaces, objects.relations))
    // One that cannot be reached is named by preflight.
    if ('lost' in look) continue
    for (const { target, namespace } of database) {
      const rows = look.found.get(namespace) ?? 0
      if (fullest === null || rows > fullest.rows) fullest = { target, rows }
    }
  }
  return fullest?.target ?? null
}

async function rowsIn(
  client: ClientBase,
  namespaces: readonly string[],
  relations: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const { rows } = await client.query<{ namespace: string; rows: number }>(
    `SELECT n.nspname AS namespace, sum(greatest(c.reltuples, 0))::float8 AS rows
       FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = ANY ($1::name[]) AND c.relname = ANY ($2::name[]) AND c.relkind IN ('r', 'p', 'm') GROUP BY 1`,
    [namespaces, relations],
  )
  return new Map(rows.map(({ namespace, rows: count }) => [namespace, count]))
}

/** Runs the text there as it would run, and takes it back. Errors: those of the text, `DOES_OTHERWISE`, `OTHER_NAMESPACE`. */
export async function rehearse(pools: TargetPools, target: Target, up: Script, change: SqlChange): Promise<void> {
  const where = whereOf(target)
  const run = pools.withClient(target, async (client, namespace) => {
    spend(client)
    // Whoever had the session before may have left another path.
    await client.query('SET search_path = pg_catalog')
    await client.query('BEGIN')
    try {
      const place = await placeOf(client, namespace, { ...change, where })
      const all = up.stages.flatMap(({ statements }) => statements)
      for (const stage of up.stages) await proveStage({ client, place, where }, stage)
      const beside = <Answer>(ask: (other: ClientBase) => Promise<Answer>) => pools.withSideClient(target, ask)
      await footprintInside(client, place, { steps: all, beside, where })
      await requireAsAfter(client, namespace, change, where)
    } finally {
      // Nothing of a rehearsal stays.
      await client.query('ROLLBACK')
    }
  })
  await run.catch((error: unknown) => {
    // Of a value of an enum that is used later, one transaction shows no more than what came before.
    if (needsCommits(error)) return
    throw error instanceof SagaError ? error.retold(`In the rehearsal, ${error.message} Nothing was changed.`) : error
  })
}
