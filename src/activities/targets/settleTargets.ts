/** Settles an operation: the base and the active tenants now, the others by what they owe. */
import pMap from 'p-map'
import { BASE_SCOPE, type Target, type TargetProblem } from '../../contract.ts'
import { SagaError, TargetUnreachable } from '../../errors.ts'
import { owe, oweWhereNotActive } from '../../postgres/catalog/debts/settle.ts'
import { loadPlan } from '../../postgres/catalog/operations/plans.ts'
import { requireProject } from '../../postgres/catalog/projects/projects.ts'
import { recordStep } from '../../postgres/catalog/steps/one.ts'
import { problemOf } from '../../postgres/sessions/databases.ts'
import { settleTarget } from '../../postgres/target/settleTarget.ts'
import type { ActivityDependencies } from '../dependencies.ts'

/** Targets settled together: each is a moment's work. */
const SESSIONS = 4
const MOST_PROBLEMS = 100

/**
 * Once over all of them. A tenant that is not active, and any target that cannot be reached, owes it from here on; the
 * others that could not be settled are returned, and told by the step's record, because the turn is held until they are.
 */
export async function settleTargets(
  { catalog, targetPools }: Pick<ActivityDependencies, 'catalog' | 'targetPools'>,
  { operationId, planHash }: { readonly operationId: string; readonly planHash: string },
  signal: AbortSignal,
): Promise<{ failed: number; problems: TargetProblem[] }> {
  const { plan, projectId } = await loadPlan(catalog, operationId, planHash)
  const { base } = await requireProject(catalog, projectId)
  const tenants = await oweWhereNotActive(catalog, operationId)
  const settle = async (target: Target): Promise<TargetProblem[]> => {
    signal.throwIfAborted()
    try {
      await settleTarget(targetPools, { target, projectId, operationId, epoch: 0, plan, signal })
      return []
    } catch (error) {
      if (!(error instanceof SagaError)) throw error
      if (!(error instanceof TargetUnreachable)) return [problemOf(target, error)]
      await owe(catalog, operationId, [target.scope], { error: error.message, errorCode: error.code })
      return []
    }
  }
  const all = base === null ? tenants : [base, ...tenants]
  const problems = (await pMap(all, settle, { concurrency: SESSIONS })).flat()
  await tell({ catalog }, operationId, problems)
  return { failed: problems.length, problems: problems.slice(0, MOST_PROBLEMS) }
}

/** `operation show` says what is waited for. */
async function tell(
  { catalog }: Pick<ActivityDependencies, 'catalog'>,
  operationId: string,
  problems: readonly TargetProblem[],
): Promise<void> {
  const [first] = problems
  if (first === undefined) return
  const more = problems.length === 1 ? '' : ` And ${problems.length - 1} more targets.`
  const error = `${first.scope === BASE_SCOPE ? 'base' : `tenant ${first.scope}`}: ${first.error}${more}`
  const record = { operationId, key: 'settle', scope: BASE_SCOPE, state: 'running' } as const
  await recordStep(catalog, { ...record, error, errorCode: first.errorCode })
}
