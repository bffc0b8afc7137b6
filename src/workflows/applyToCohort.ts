/** A page of tenants of one server, each in its own child workflow, a bounded number at once. */
import { executeChild, ParentClosePolicy, workflowInfo } from '@temporalio/workflow'
import {
  type ApplyToCohortInput,
  type CohortResult,
  operationWorkflowId,
  type Target,
  type TargetProblem,
  type TenantResult,
  tenantWorkflowId,
} from '../contract.ts'
import { applyToTenant } from './applyToTenant.ts'
import { PROJECT_ATTRIBUTE, TENANT_ATTRIBUTE } from './progress.ts'
import { catalog } from './proxies.ts'

const MOST_PROBLEMS = 100

/**
 * Forward: after the first failure nothing new is started, and what is in flight finishes.
 * Compensation goes through to the end, whatever fails on the way.
 */
export async function applyToCohort(input: ApplyToCohortInput): Promise<CohortResult> {
  const select = input.direction === 'forward' ? 'behind' : 'started'
  const { targets } = await catalog.listCohortTargets({ operationId: input.operationId, select, cohort: input.cohort })
  const waiting = [...targets]
  const problems: TargetProblem[] = []
  let succeeded = 0
  let failed = 0

  const lane = async (): Promise<void> => {
    for (;;) {
      if (input.direction === 'forward' && failed > 0) return
      const next = waiting.shift()
      if (next === undefined) return
      const result = await runChild(input, next)
      if (result.outcome === 'succeeded') {
        succeeded += 1
      } else {
        failed += 1
        if (problems.length < MOST_PROBLEMS) problems.push(result.problem)
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(input.window, targets.length) }, lane))
  return { succeeded, failed, stopped: waiting.length > 0, problems }
}

function runChild(input: ApplyToCohortInput, target: Target & { epoch: number }): Promise<TenantResult> {
  const { epoch, ...place } = target
  const operation = operationWorkflowId(input.project, input.operationId)
  return executeChild(applyToTenant, {
    workflowId: tenantWorkflowId(operation, input.start, input.direction, target.scope),
    // Never TERMINATE: a terminated child cannot say what it did.
    parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
    staticSummary: `${input.direction === 'forward' ? 'apply to' : 'undo on'} tenant ${target.scope}`,
    typedSearchAttributes: [
      { key: PROJECT_ATTRIBUTE, value: input.project },
      { key: TENANT_ATTRIBUTE, value: target.scope },
    ],
    taskQueue: workflowInfo().taskQueue,
    args: [
      {
        project: input.project,
        operationId: input.operationId,
        planHash: input.planHash,
        direction: input.direction,
        target: place,
        epoch,
      },
    ],
  })
}
