/** Takes off what is at work on targets although nobody may have it on record, found there by its name. */
import pMap from 'p-map'
import type { Target } from '../../contract.ts'
import type { SagaError } from '../../errors.ts'
import { recordFound } from '../../postgres/catalog/debts/found.ts'
import type { LeftOnTarget } from '../../postgres/leftovers/leftover.ts'
import { foundDebts, lookForLeftovers } from '../../postgres/leftovers/look.ts'
import { halfWay, neededBy, type PayingDependencies, payTarget, SESSIONS } from './payTarget.ts'

/** What was found on targets, and what became of it. */
export interface PaidTargets {
  /** Targets on which nothing is left. */
  readonly cleared: number
  readonly problems: readonly LeftProblem[]
}

/** Why something is still at work on a target. */
export interface LeftProblem {
  readonly target: Target
  readonly error: SagaError
}

/**
 * Looks for what is at work on these targets, with one query per database, and takes it off. Targets that do not answer are
 * left to whoever works there.
 */
export async function payFound(
  deps: PayingDependencies,
  project: string,
  targets: readonly Target[],
  { before, signal }: { readonly before?: string; readonly signal?: AbortSignal } = {},
): Promise<PaidTargets> {
  const found = await lookForLeftovers(deps.targetPools, targets, signal)
  await noteFound(deps, project, found)
  const ends = await pMap(
    found,
    async ({ target }) => ({ target, end: await payTarget(deps, project, target, signal) }),
    {
      concurrency: SESSIONS,
    },
  )
  const problems = ends.flatMap(({ target, end }): LeftProblem[] => {
    if ('error' in end) return [{ target, error: end.error }]
    const other = neededBy(end).find((id) => id !== before)
    return other === undefined ? [] : [{ target, error: halfWay(target, other) }]
  })
  return { cleared: ends.filter(({ end }) => !('error' in end) && end.needed.length === 0).length, problems }
}

/** Whoever asks for a tenant is told what was found there. */
export async function noteFound(
  { catalog }: Pick<PayingDependencies, 'catalog'>,
  project: string,
  found: readonly LeftOnTarget[],
): Promise<void> {
  await recordFound(catalog, project, found.flatMap(foundDebts))
}
