/** Takes off what operations left active on targets, before anything else is done there. */
import pMap from 'p-map'
import type { Target, TargetProblem } from '../../contract.ts'
import { listDebts } from '../../postgres/catalog/debts/settle.ts'
import { problemOf } from '../../postgres/sessions/databases.ts'
import { halfWay, neededBy, type PayingDependencies, payTarget, SESSIONS } from './payTarget.ts'

/** What could not be paid now: where an operation is half-way, it is needed until that has got there. */
export interface PaidDebts {
  /** Of operations. */
  readonly found: number
  readonly paid: number
  readonly problems: readonly (TargetProblem & { readonly operationId: string })[]
}

/** Pays what these tenants of a project owe, or what is due of all; most owe nothing, which one query tells. */
export async function payDebts(
  deps: PayingDependencies,
  project: string,
  which: Parameters<typeof listDebts>[2],
  signal?: AbortSignal,
): Promise<PaidDebts> {
  const debts = await listDebts(deps.catalog, project, which)
  const targets = new Map(debts.map(({ target }) => [target.scope, target]))
  const ends = await pMap(
    [...targets.values()],
    async (target) => {
      const operations = debts.flatMap((debt) => (debt.target.scope === target.scope ? [debt.operationId] : []))
      return { operations, end: await payTarget(deps, project, target, signal) }
    },
    { concurrency: SESSIONS },
  )
  return {
    found: debts.length,
    paid: ends.reduce((sum, { operations, end }) => {
      if ('error' in end) return sum
      const needed = neededBy(end)
      return sum + operations.filter((id) => !needed.includes(id)).length
    }, 0),
    problems: ends.flatMap(({ operations, end }) =>
      'error' in end ? operations.map((operationId) => ({ ...problemOf(end.target, end.error), operationId })) : [],
    ),
  }
}

/**
 * The same for one target before work of an operation there, whether or not anything is on record. Errors: those of the
 * target; `TARGET_DRIFTED` where another operation is half-way on it.
 */
export async function requirePaid(
  deps: PayingDependencies,
  project: string,
  target: Target,
  { before, signal }: { readonly before?: string; readonly signal?: AbortSignal } = {},
): Promise<void> {
  const end = await payTarget(deps, project, target, signal)
  if ('error' in end) throw end.error
  const other = before === undefined ? undefined : neededBy(end).find((id) => id !== before)
  if (other !== undefined) throw halfWay(target, other)
}
