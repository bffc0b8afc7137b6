/** The activity which looks at all targets of an operation before anything is changed. */
import type { TargetActivities } from '../contract.ts'
import { projectSchema } from '../physical/project.ts'
import { loadPlan } from '../postgres/catalog/plans.ts'
import { recordPreflightProblems } from '../postgres/catalog/steps.ts'
import { preflightFleet } from '../postgres/preflightFleet.ts'
import type { ActivityDependencies } from './dependencies.ts'
import { whileHeartbeating } from './heartbeating.ts'
import { operationTargets } from './operationTargets.ts'

/** Problems in the activity's result; all of them are in the ledger. */
const MOST_PROBLEMS = 100

/** The preflight activity over the worker's pools. */
export function createPreflightActivities({
  catalog,
  targetPools,
}: ActivityDependencies): Pick<TargetActivities, 'preflightTargets'> {
  return {
    preflightTargets: ({ operationId, planHash }) =>
      whileHeartbeating(async (signal) => {
        const { plan, projectId, before } = await loadPlan(catalog, operationId, planHash)
        const targets = await operationTargets(catalog, projectId)
        const question = { plan, expected: projectSchema(before), operationId }
        const problems = await preflightFleet(targetPools, targets, question, signal)
        if (problems.length > 0) await recordPreflightProblems(catalog, operationId, problems)
        return { failed: problems.length, problems: problems.slice(0, MOST_PROBLEMS) }
      }),
  }
}
