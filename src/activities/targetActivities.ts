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
import { settleTarget } from '../postgres/settle.ts'
import type { ActivityDependencies } from './dependencies.ts'
import { whileHeartbeating } from './heartbeating.ts'

/** Targets looked at together by preflight; it only reads, so a few sessions do. */
const PREFLIGHT_SESSIONS = 4
const MOST_PROBLEMS = 100

/** The target activities over the worker's pools. */
export function createTargetActivities({ catalog, targetPools, hooks }: ActivityDependencies): TargetActivities {
  const execution = async (
    work: TargetWork,
    signal: AbortSignal,
    report?: (progress: unknown, urgent?: boolean) => void,
  ): Promise<TargetExecution> => {
    const { plan, projectId } = await loadPlan(catalog, work.operationId, work.planHash)
    const { target, operationId, epoch } = work
    const execution = { target, projectId, operationId, epoch, plan, signal }
    if (report === undefined) return execution
    // At once: a try that waits for a lock is over before the next heartbeat.
    return { ...execution, report, reportBlockers: (blockers) => report({ blockers }, true) }
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
      whileHeartbeating(async (signal, report) =>
        applyPlanToTarget(targetPools, await execution(work, signal, report)),
      ),
    compensateTarget: (work) =>
      whileHeartbeating(async (signal, report) =>
        compensatePlanOnTarget(targetPools, await execution(work, signal, report)),
      ),
    settleTarget: (work) =>
      whileHeartbeating(async (signal) => settleTarget(targetPools, await execution(work, signal))),
    settleTargets: ({ operationId, planHash }) =>
      whileHeartbeating(async (signal) => {
        const settle = async (target: Target): Promise<void> =>
          settleTarget(targetPools, await execution({ operationId, planHash, target, epoch: 0 }, signal))
        const all = await targetsOf(catalog, operationId, planHash)
        const problems = await pMap(all, (target) => problemOf(target, () => settle(target)), {
          concurrency: PREFLIGHT_SESSIONS,
        })
        return { failed: problems.flat().length, problems: problems.flat().slice(0, MOST_PROBLEMS) }
      }),
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
  const { plan, before } = await loadPlan(catalog, operationId, planHash)
  const expected = projectSchema(before)
  return {
    targets: await targetsOf(catalog, operationId, planHash),
    at: (target) =>
      problemOf(target, () =>
        targetPools.withClient(target, (client, namespace) =>
          preflightTarget(client, { target, namespace, plan, expected }),
        ),
      ),
  }
}

/** The base and all active tenants of the operation's project. */
async function targetsOf(
  catalog: ActivityDependencies['catalog'],
  operationId: string,
  planHash: string,
): Promise<Target[]> {
  const { projectId } = await loadPlan(catalog, operationId, planHash)
  const { base } = await requireProject(catalog, projectId)
  const tenants = await listActiveTargets(catalog, projectId)
  return base === null ? tenants : [base, ...tenants]
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
