/** Planning an operation: once for each attempt, and stored, so that new planner code cannot change a running one. */
import type pg from 'pg'
import type { PlannedOperation, ResumedOperation } from '../../contract.ts'
import { RequestRefused } from '../../errors.ts'
import { isRevert, isSql, parseOperationRequest } from '../../logical/parse/revertRequest.ts'
import type { Plan } from '../../physical/plan/plan.ts'
import { planRequest } from '../../postgres/catalog/operations/planRequest.ts'
import { planFor, planOfAttempt, recordPlan } from '../../postgres/catalog/operations/plans.ts'
import { type OperationPolicy, readPolicy } from '../../postgres/catalog/operations/policy.ts'
import { readRequest } from '../../postgres/catalog/operations/read.ts'
import { standingOf } from '../../postgres/catalog/operations/standing.ts'
import { countWaves } from '../../postgres/catalog/operations/waves.ts'
import { requireKind } from '../../postgres/catalog/projects/kind.ts'
import { requireProject } from '../../postgres/catalog/projects/projects.ts'
import { countTenantStates } from '../../postgres/catalog/steps/one.ts'
import type { PlanningOfSql } from '../../postgres/proof/proofOf.ts'
import { planBySql } from './planBySql.ts'
import { capSql } from './planResult.ts'

/**
 * Plans an attempt, or finds the plan that it has; changes by SQL are proven on the base. Errors: `MutationRejected`,
 * `PLAN_CHANGED`, `NOT_APPLICABLE`, and those of `planBySql`.
 */
export async function planOnce(deps: PlanningOfSql, operationId: string): Promise<PlannedOperation> {
  const { catalog } = deps
  const { projectId, mutation, options } = await readRequest(catalog, operationId)
  const [project, own, policy] = await Promise.all([
    requireProject(catalog, projectId),
    planOfAttempt(catalog, operationId),
    readPolicy(catalog, operationId),
  ])
  const request = parseOperationRequest(mutation)
  // A plan of an earlier attempt is as good as ever while the schema is the one that it was made for.
  const stored = own ?? (await planFor(catalog, operationId, project.revision))
  const fresh = async (): Promise<Plan> => {
    if (isSql(request) || project.kind === 'sql') {
      const { onTenantFailure } = policy
      return await planBySql(deps, project, { operationId, request, options, policy: onTenantFailure })
    }
    if (options.keptRows !== undefined) requireKind(project, 'sql', 'no other tool keeps what mutations of them do')
    return await planRequest(catalog, project, { operationId, request })
  }
  // What a revert needs may have been purged since its plan was stored.
  if (stored !== null && isRevert(request) && project.kind !== 'sql') await fresh()
  const made = stored ?? (await fresh())
  if (options.planHash !== undefined && options.planHash !== made.hash) {
    throw new RequestRefused('PLAN_CHANGED', 'The plan no longer has the hash that was given: look at it again.', {
      details: { hash: made.hash },
    })
  }
  const { plan, tenants, waves } = await recordPlan(catalog, operationId, made, project.base)
  return { ...capSql(plan), tenants, waves, ...choicesOf(policy, tenants) }
}

/** Where an operation stands whose earlier run is over; its plan without the SQL, which that run's history has. */
export async function resumedOperation(catalog: pg.Pool, operationId: string): Promise<ResumedOperation | undefined> {
  const standing = await standingOf(catalog, operationId)
  if (standing === undefined) return undefined
  const { plan, settled, ...rest } = standing
  if (plan === null) return { ...rest, plan: null }
  const { total: tenants } = await countTenantStates(catalog, operationId)
  const choices = choicesOf(await readPolicy(catalog, operationId), tenants)
  const waves = await countWaves(catalog, operationId)
  const { settles, ...planned } = { ...capSql({ ...plan, forward: [], compensation: [] }), tenants, waves, ...choices }
  return { ...rest, plan: { ...planned, settles: settles === true && !settled } }
}

function choicesOf(
  { onTenantFailure, options, settings }: OperationPolicy,
  tenants: number,
): Pick<PlannedOperation, 'policy' | 'sweeps'> {
  const { fanOut = 'auto' } = options
  return {
    policy: onTenantFailure,
    sweeps: fanOut === 'sweep' || (fanOut === 'auto' && tenants > settings.sweep_threshold),
  }
}
