/** A look at many targets that catch up, before what is next for them is decided: where they stand, and what is at work there. */
import pMap from 'p-map'
import type { Target } from '../../contract.ts'
import type { SagaError } from '../../errors.ts'
import { forgiveAllDebts } from '../../postgres/catalog/debts/settle.ts'
import { leftoversOf, leftoversQuery } from '../../postgres/leftovers/leftover.ts'
import { databasesOf, lookAtDatabase, type TargetDatabase } from '../../postgres/sessions/databases.ts'
import { lookAtTargets, type TargetLook } from '../../postgres/target/bookkeeping/markers.ts'
import { type PayingDependencies, payTarget, SESSIONS } from '../debts/payTarget.ts'

/** Databases looked at together. */
const LOOKS_AT_ONCE = 4

/** Where a target stands, or why nobody can tell. */
export type ComerLook = TargetLook | SagaError

/**
 * By the scopes of the targets, with two or three queries for each database. What operations have left at work is taken off,
 * as before each step of one alone; the look is from before that.
 */
export async function lookAtComers(
  deps: PayingDependencies,
  project: string,
  targets: readonly Target[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, ComerLook>> {
  const { databases, lost } = await databasesOf(deps.targetPools, targets)
  const looks = new Map<string, ComerLook>(lost.map(({ target, error }) => [target.scope, error]))
  await pMap(
    databases,
    async (database) => {
      for (const [scope, look] of await lookAtOne(deps, project, database, signal)) looks.set(scope, look)
    },
    { concurrency: LOOKS_AT_ONCE, signal },
  )
  return looks
}

async function lookAtOne(
  deps: PayingDependencies,
  project: string,
  database: TargetDatabase,
  signal: AbortSignal,
): Promise<readonly (readonly [string, ComerLook])[]> {
  const namespaces = database.map(({ namespace }) => namespace)
  const look = await lookAtDatabase(
    deps.targetPools,
    database,
    async (client) => ({
      stands: await lookAtTargets(client, project, database),
      left: leftoversOf(await client.query(leftoversQuery(namespaces))),
    }),
    signal,
  )
  if ('lost' in look) return look.lost.map(({ target, error }) => [target.scope, error] as const)
  const { stands, left } = look.found
  const unpaid = await payAll(
    deps,
    project,
    database.filter(({ namespace }) => left.has(namespace)),
    signal,
  )
  const clean = database.filter(({ namespace }) => !left.has(namespace)).map(({ target }) => target.scope)
  await forgiveAllDebts(deps.catalog, project, clean)
  return database.map(({ target: { scope } }, index) => [scope, unpaid.get(scope) ?? (stands[index] as ComerLook)])
}

/** What is half-way there is needed, and no reason to stop. */
async function payAll(
  deps: PayingDependencies,
  project: string,
  owing: readonly { readonly target: Target }[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, SagaError>> {
  const ends = await pMap(
    owing,
    async ({ target }) => [target.scope, await payTarget(deps, project, target, signal)] as const,
    { concurrency: SESSIONS, signal },
  )
  return new Map(ends.flatMap(([scope, end]) => ('error' in end ? [[scope, end.error] as const] : [])))
}
