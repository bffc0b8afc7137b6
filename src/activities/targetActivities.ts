/** Activities which work on targets: load the plan, find the server, let `postgres/` do it. */
import pMap from 'p-map'
import type { Target, TargetActivities, TargetProblem, TargetWork } from '../contract.ts'
import { RequestRefused, SagaError } from '../errors.ts'
import { projectSchema } from '../physical/project.ts'
import { readOperationDocument } from '../postgres/catalog/documents.ts'
import { loadPlan } from '../postgres/catalog/plans.ts'
import { requireProject } from '../postgres/catalog/projects.ts'
import { recordPreflightProblems } from '../postgres/catalog/steps.ts'
import { listActiveTargets } from '../postgres/catalog/tenants.ts'
import { applyPlanToTarget, compensatePlanOnTarget, type TargetExecution } from '../postgres/execute.ts'
import { preflightTarget } from '../postgres/preflight.ts'
import type { ActivityDependencies } from './dependencies.ts'
import { whileHeartbeating } from './heartbeating.ts'

/** Targets looked at together by preflight; it only reads, so a few sessions do. */
const PREFLIGHT_SESSIONS = 4
const MOST_PROBLEMS = 100

/** The target activities over the worker's pools. */
export function createTargetActivities({ catalog, targetPools, hooks }: ActivityDependencies): TargetActivities {
  const execution = async (work: TargetWork, signal: AbortSignal): Promise<TargetExecution> => {
    const { plan, projectId } = await loadPlan(catalog, work.operationId, work.planHash)
    const { target, operationId, epoch } = work
    return { target, projectId, operationId, epoch, plan, signal }
  }
  return {
    preflightTargets: ({ operationId, planHash }) =>
      whileHeartbeating(async () => {
        const look = await preflightLook({ catalog, targetPools }, operationId, planHash)
        const problems = (await pMap(look.targets, look.at, { concurrency: PREFLIGHT_SESSIONS })).flat()
        await recordPreflightProblems(catalog, operationId, problems)
        return { failed: problems.length, problems: problems.slice(0, MOST_PROBLEMS) }
      }),
    applyToTarget: (work) =>
      whileHeartbeating(async (signal) => applyPlanToTarget(targetPools, await execution(work, signal))),
    compensateTarget: (work) =>
      whileHeartbeating(async (signal) => compensatePlanOnTarget(targetPools, await execution(work, signal))),
    afterCommit: async ({ operationId }) => {
      if (hooks.afterCommit === undefined) return
      const operation = await readOperationDocument(catalog, operationId)
      if (operation === null) throw new RequestRefused('OPERATION_NOT_FOUND', `Operation "${operationId}" is gone.`)
      await hooks.afterCommit(operation)
    },
  }
}

async function preflightLook(
  { catalog, targetPools }: Pick<ActivityDependencies, 'catalog' | 'targetPools'>,
  operationId: string,
  planHash: string,
): Promise<{ targets: Target[]; at: (target: Target) => Promise<TargetProblem[]> }> {
  const { plan, projectId, before } = await loadPlan(catalog, operationId, planHash)
  const { base } = await requireProject(catalog, projectId)
  const tenants = await listActiveTargets(catalog, projectId)
  const expected = projectSchema(before)
  return {
    targets: base === null ? tenants : [base, ...tenants],
    at: (target) =>
      problemOf(target, () =>
        targetPools.withClient(target, (client, namespace) =>
          preflightTarget(client, { target, namespace, plan, expected }),
        ),
      ),
  }
}

async function problemOf({ scope }: Target, look: () => Promise<void>): Promise<TargetProblem[]> {
  try {
    await look()
    return []
  } catch (error) {
    if (!(error instanceof SagaError)) throw error
    return [{ scope, errorType: error.name, errorCode: error.code, error: error.message }]
  }
}
