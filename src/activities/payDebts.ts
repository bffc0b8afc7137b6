/** Takes off what operations left active on tenants, before anything else is done there. */
import pMap from 'p-map'
import type { TargetProblem } from '../contract.ts'
import { SagaError } from '../errors.ts'
import type { Plan } from '../physical/plan.ts'
import { loadPlan } from '../postgres/catalog/plans.ts'
import { forgiveDebt, listDebts, postponeDebt, type SettleDebt } from '../postgres/catalog/settleDebts.ts'
import { problemOf } from '../postgres/databases.ts'
import { settleUnlessHalfWay } from '../postgres/settle.ts'
import type { ActivityDependencies } from './dependencies.ts'

const SESSIONS = 4

type PayingDependencies = Pick<ActivityDependencies, 'catalog' | 'targetPools'>

/** What could not be paid now: where an operation is half-way, it is needed until that has got there. */
export interface PaidDebts {
  readonly found: number
  readonly paid: number
  readonly problems: readonly (TargetProblem & { readonly operationId: string })[]
}

/** Pays what these tenants of a project owe, or what is due of all; most tenants owe nothing, which one query tells. */
export async function payDebts(
  deps: PayingDependencies,
  project: string,
  which: Parameters<typeof listDebts>[2],
  signal?: AbortSignal,
): Promise<PaidDebts> {
  const debts = await listDebts(deps.catalog, project, which)
  const plans = new Map<string, Promise<Plan>>()
  const planOf = ({ operationId, planHash }: SettleDebt): Promise<Plan> => {
    const plan = plans.get(operationId) ?? loadPlan(deps.catalog, operationId, planHash).then((each) => each.plan)
    plans.set(operationId, plan)
    return plan
  }
  const ends = await pMap(debts, async (debt) => pay(deps, project, debt, await planOf(debt), signal), {
    concurrency: SESSIONS,
  })
  return {
    found: debts.length,
    paid: ends.filter((end) => end === true).length,
    problems: ends.flatMap((end, index) => {
      const operationId = debts[index]?.operationId ?? ''
      return typeof end === 'boolean' ? [] : [{ ...problemOf(end.target, end.error), operationId }]
    }),
  }
}

/** The same for one tenant, before work there. Errors: those of the target. */
export async function requirePaid(
  deps: PayingDependencies,
  project: string,
  tenant: string,
  signal?: AbortSignal,
): Promise<void> {
  const debts = await listDebts(deps.catalog, project, { tenants: [tenant] })
  for (const debt of debts) {
    const { plan } = await loadPlan(deps.catalog, debt.operationId, debt.planHash)
    const end = await pay(deps, project, debt, plan, signal)
    if (typeof end !== 'boolean') throw end.error
  }
}

/** True when it is paid, false where the operation is half-way, and otherwise what went wrong. */
async function pay(
  { catalog, targetPools }: PayingDependencies,
  project: string,
  { target, operationId }: SettleDebt,
  plan: Plan,
  signal: AbortSignal | undefined,
): Promise<boolean | { readonly target: SettleDebt['target']; readonly error: SagaError }> {
  signal?.throwIfAborted()
  const debt = { project, tenant: target.scope, operationId }
  try {
    const work = { target, projectId: project, operationId, epoch: 0, plan, ...(signal !== undefined && { signal }) }
    if (!(await settleUnlessHalfWay(targetPools, work))) {
      await postponeDebt(catalog, { ...debt, error: null, errorCode: null })
      return false
    }
    await forgiveDebt(catalog, debt)
    return true
  } catch (error) {
    if (!(error instanceof SagaError)) throw error
    await postponeDebt(catalog, { ...debt, error: error.message, errorCode: error.code })
    return { target, error }
  }
}
