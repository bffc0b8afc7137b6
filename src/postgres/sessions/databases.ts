/** Targets by the database they are in, and looks at a database that may not answer at once. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { ClientBase } from 'pg'
import type { Target, TargetProblem } from '../../contract.ts'
import { LockUnavailable, SagaError, TargetUnreachable } from '../../errors.ts'
import { isCatalogTrouble } from '../catalog/pool.ts'
import type { TargetPools } from './pools.ts'
import { whereOf } from './servers.ts'

/** A target with the namespace of its tables, which differs from its own in a database per tenant. */
export interface LocatedTarget<T extends Target = Target> {
  readonly target: T
  readonly namespace: string
}

/** The targets of one database; at least one. */
export type TargetDatabase<T extends Target = Target> = readonly [LocatedTarget<T>, ...LocatedTarget<T>[]]

/** A target of which nothing can be told, and why. */
export interface LostTarget<T extends Target = Target> {
  readonly target: T
  readonly error: SagaError
}

/** Pauses before the second and the third try, in ms: a server that restarts is back by then, or it is away. */
const PAUSES_MS = [1_000, 2_000] as const

/** The databases of targets, in their order; `lost` are those whose server is not known or has no setting. */
export async function databasesOf<T extends Target>(
  pools: TargetPools,
  targets: readonly T[],
): Promise<{ databases: readonly TargetDatabase<T>[]; lost: readonly LostTarget<T>[] }> {
  const databases = new Map<string, [LocatedTarget<T>, ...LocatedTarget<T>[]]>()
  const lost: LostTarget<T>[] = []
  for (const target of targets) {
    try {
      const { connectionString, namespace } = await pools.locate(target)
      const known = databases.get(connectionString)
      if (known === undefined) databases.set(connectionString, [{ target, namespace }])
      else known.push({ target, namespace })
    } catch (error) {
      lost.push({ target, error: aboutTargets(error) })
    }
  }
  return { databases: [...databases.values()], lost }
}

/** What `look` finds in a database, or the error of each of its targets when it cannot be looked at. */
export async function lookAtDatabase<T extends Target, Found>(
  pools: TargetPools,
  database: TargetDatabase<T>,
  look: (client: ClientBase) => Promise<Found>,
  signal?: AbortSignal,
): Promise<{ found: Found } | { lost: readonly LostTarget<T>[] }> {
  const first = database[0].target
  for (const pause of [...PAUSES_MS, null]) {
    try {
      return { found: await pools.withClient(first, look) }
    } catch (error) {
      signal?.throwIfAborted()
      const known = aboutTargets(error)
      if (pause === null || !(known instanceof TargetUnreachable || known instanceof LockUnavailable)) {
        return {
          lost: database.map(({ target }) => ({ target, error: named(known, whereOf(first), whereOf(target)) })),
        }
      }
      await sleep(pause, undefined, { ...(signal !== undefined && { signal }) })
    }
  }
  throw new Error('the last try neither returned nor threw')
}

/** A target's error as the ledger keeps it. */
export function problemOf({ scope }: Target, { name, code, message }: SagaError): TargetProblem {
  return { scope, errorType: name, errorCode: code, error: message }
}

/** Throws what is not about targets. */
function aboutTargets(error: unknown): SagaError {
  // Without the catalog no server can be found: that is no news about the targets.
  if (!(error instanceof SagaError) || isCatalogTrouble(error)) throw error
  return error
}

/** The same error, said of another target of the same database. */
function named(error: SagaError, from: string, to: string): SagaError {
  if (from === to) return error
  return error.retold(error.message.replace(from, () => to))
}
