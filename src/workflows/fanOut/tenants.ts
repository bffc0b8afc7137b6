/** The children of a cohort: as many at once as its window lets, none while it is paused. */
import {
  CancellationScope,
  condition,
  executeChild,
  isCancellation,
  ParentClosePolicy,
  workflowInfo,
} from '@temporalio/workflow'
import {
  type ApplyToCohortInput,
  type CohortControl,
  type CohortWork,
  operationWorkflowId,
  type Patience,
  type Target,
  type TargetProblem,
  type TenantResult,
  tenantWorkflowId,
} from '../../contract.ts'
import { waitsForOthers } from '../patches.ts'
import { LONG_COHORT_EVENTS } from '../retryPolicies.ts'
import { isFailure, reasonOf } from '../run/failures.ts'
import { PROJECT_ATTRIBUTE, TENANT_ATTRIBUTE } from '../run/progress.ts'
import { applyToTenant, problemOf } from './applyToTenant.ts'

/** What a cohort has counted. */
export interface Tally {
  readonly succeeded: number
  readonly failed: number
  readonly problems: TargetProblem[]
}

/** How a round over children ended; `waiting` were not begun. */
export interface LanesOutcome {
  readonly tally: Tally
  readonly waiting: (Target & { epoch: number })[]
  readonly isLong: boolean
}

/** After this many tenants in a row whose server did not answer, the others of the cohort are tried once each. */
const GIVEN_UP_AFTER = 8

const SUMMARY: Readonly<Record<CohortWork, string>> = {
  forward: 'apply to',
  compensate: 'undo on',
  park: 'leave behind',
}

/** Runs children until none waits, one has failed for good going forward, or the history has become long. */
export async function runTenants(
  input: ApplyToCohortInput,
  control: { readonly now: CohortControl },
  targets: readonly (Target & { epoch: number })[],
  before: Tally,
  patience?: Patience,
): Promise<LanesOutcome> {
  const waiting = [...targets]
  const state = { ...before, problems: [...before.problems], active: 0, unreachable: 0 }
  let broken: { readonly error: unknown } | null = null
  const isOver = (): boolean => broken !== null || (input.direction === 'forward' && state.failed > 0)
  const isLong = (): boolean => workflowInfo().historyLength > LONG_COHORT_EVENTS

  const begin = (target: Target & { epoch: number }): void => {
    state.active += 1
    runChild(input, target, state.unreachable >= GIVEN_UP_AFTER ? 'once' : patience)
      .then((result) => count(state, result))
      .catch((error: unknown) => {
        if (isCancellation(error) || !isFailure(error) || !waitsForOthers()) broken ??= { error }
        else count(state, { outcome: 'failed', problem: problemOf(target.scope, reasonOf(error)) })
      })
      .finally(() => {
        state.active -= 1
      })
  }
  try {
    while (waiting.length > 0 && !isOver() && !isLong()) {
      await condition(() => isOver() || (!control.now.paused && state.active < control.now.window))
      if (isOver()) break
      const next = waiting.shift()
      if (next !== undefined) begin(next)
    }
  } finally {
    // Cancelled or not: this workflow ends after its children, so that an undo never meets them at work.
    await CancellationScope.nonCancellable(() => condition(() => state.active === 0))
  }
  if (broken !== null) throw (broken as { error: unknown }).error
  const { succeeded, failed, problems } = state
  return { tally: { succeeded, failed, problems }, waiting, isLong: waiting.length > 0 && !isOver() }
}

function count(
  state: { succeeded: number; failed: number; unreachable: number; problems: TargetProblem[] },
  result: TenantResult,
): void {
  if (result.outcome === 'succeeded') state.succeeded += 1
  if (result.outcome === 'failed') state.failed += 1
  if (result.outcome === 'failed' || result.outcome === 'parked') {
    state.problems.push(result.problem)
    state.unreachable = result.problem.errorCode === 'TARGET_UNREACHABLE' ? state.unreachable + 1 : 0
  } else {
    state.unreachable = 0
  }
}

function runChild(
  input: ApplyToCohortInput,
  target: Target & { epoch: number },
  patience: Patience | undefined,
): Promise<TenantResult> {
  const { project, operationId, planHash, direction, policy, parkedBy } = input
  const { epoch, ...place } = target
  return executeChild(applyToTenant, {
    workflowId: tenantWorkflowId(operationWorkflowId(project, operationId), input.start, direction, target.scope),
    // Never TERMINATE: a terminated child cannot say what it did.
    parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
    staticSummary: `${SUMMARY[direction]} tenant ${target.scope}`,
    typedSearchAttributes: [
      { key: PROJECT_ATTRIBUTE, value: project },
      { key: TENANT_ATTRIBUTE, value: target.scope },
    ],
    taskQueue: workflowInfo().taskQueue,
    args: [
      {
        project,
        operationId,
        planHash,
        direction,
        target: place,
        epoch,
        ...(policy !== undefined && { policy }),
        ...(patience !== undefined && { patience }),
        ...(parkedBy !== undefined && { parkedBy }),
      },
    ],
  })
}
