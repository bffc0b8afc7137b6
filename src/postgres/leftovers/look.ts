/** Looks for what operations have left at work on many targets. Reads only. */
import pMap from 'p-map'
import type { Target } from '../../contract.ts'
import { operationOfSync } from '../../physical/plan/operationName.ts'
import type { FoundDebt } from '../catalog/debts/found.ts'
import { databasesOf, lookAtDatabase } from '../sessions/databases.ts'
import type { TargetPools } from '../sessions/pools.ts'
import { type LeftOnTarget, leftoversOf, leftoversQuery, objectOf } from './leftover.ts'

/** Databases looked at together. */
const LOOKS_AT_ONCE = 4

/** The targets on which anything is, with one query per database; those that do not answer are left out. */
export async function lookForLeftovers(
  pools: TargetPools,
  targets: readonly Target[],
  signal?: AbortSignal,
): Promise<readonly LeftOnTarget[]> {
  const { databases } = await databasesOf(pools, targets)
  const looks = await pMap(
    databases,
    async (database) => {
      const query = leftoversQuery(database.map(({ namespace }) => namespace))
      const look = await lookAtDatabase(pools, database, (client) => client.query(query), signal)
      if ('lost' in look) return []
      const found = leftoversOf(look.found)
      return database.flatMap(({ target, namespace }) => {
        const left = found.get(namespace)
        return left === undefined ? [] : [{ target, left }]
      })
    },
    { concurrency: LOOKS_AT_ONCE },
  )
  return looks.flat()
}

/** As the catalog keeps it. */
export function foundDebts({ target: { scope }, left }: LeftOnTarget): readonly FoundDebt[] {
  return left.map((each) => ({
    scope,
    operationName: each.kind === 'sync' ? operationOfSync(each.name) : null,
    object: objectOf(each),
  }))
}
