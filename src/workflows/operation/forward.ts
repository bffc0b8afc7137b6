/** The forward steps of the saga, each with its undo. */
import { CancellationScope, sleep } from '@temporalio/workflow'
import { BASE_SCOPE, type PlannedOperation, type Target, type TargetProblem, type TargetWork } from '../../contract.ts'
import { catalog, policy, settling, targets, tenantList } from '../activities.ts'
import { pageOf } from '../fanOut/pages.ts'
import { isHeld, sizeOf, sweepTenants } from '../fanOut/rounds.ts'
import { holdUntilDecided } from '../messages/held.ts'
import { keepsDecisions } from '../patches.ts'
import { SETTLE_PAUSE_MS } from '../retryPolicies.ts'
import { failureOfTargets, inStep, isFailure, reasonOf, StepFailed } from '../run/failures.ts'
import type { Run } from '../run/run.ts'
import { recorded } from '../run/stepRecords.ts'

/**
 * Where the tenants are those of the embedder's list: takes in who is new and suspends who is missing, before the tenants are
 * counted, so that it is known who belongs to the operation.
 */
export async function syncTenants({ opened, operationId }: Run): Promise<void> {
  if (opened.syncsTenants !== true) return
  await inStep('plan', () => tenantList.syncTenants({ operationId }))
}

/** The same once they were changed: who has come meanwhile is behind, and is brought along before anything is durable. */
async function syncTenantsAgain(run: Run): Promise<void> {
  const { opened, operationId } = run
  if (opened.syncsTenants !== true) return
  await recorded(run, 'tenant_ddl', async () => {
    await tenantList.syncTenants({ operationId, closing: true })
    return undefined
  })
}

/** Looks at every target before anything is changed, and names all that would not go through. */
export async function preflight(run: Run, plan: PlannedOperation): Promise<void> {
  await recorded(run, 'preflight', async () => {
    const { operationId } = run
    const looked = await targets.preflightTargets({
      operationId,
      planHash: plan.hash,
      cohorts: pageOf({ ...sizeOf(plan), ...(plan.waves && { wave: 1 }) }),
      ...(plan.policy === 'park' && { patience: 'short' as const }),
    })
    const { failed, problems, cohorts } = looked
    if (cohorts !== undefined) run.listed = cohorts
    if (failed === 0) return looked
    run.progress.show({ problems })
    if (plan.policy === 'park' && (await policy.parkPreflightProblems({ operationId })).parked) return
    throw failureOfTargets('preflight', problems, failed)
  })
}

/** Base DDL; a project without base has nothing to do here, which its record already says. */
export async function applyToBase(run: Run, plan: PlannedOperation): Promise<void> {
  const target = run.opened.base
  if (target === null) return
  const { operationId } = run
  const step = { operationId, key: 'base_project_ddl', scope: BASE_SCOPE } as const
  run.progress.show({ step: 'base_project_ddl' })
  for (;;) {
    // Shielded: a cancel between the record and its undo would leave a target that nobody undoes.
    const { epoch } = await CancellationScope.nonCancellable(() => catalog.startTarget(step))
    const work = { operationId, planHash: plan.hash, target, epoch, records: step.key }
    registerBaseUndo(run, plan, target, epoch)
    try {
      await recorded(run, 'base_project_ddl', () => targets.applyToTarget(work))
      return
    } catch (error) {
      if (!(error instanceof StepFailed) || plan.noWayBack !== true) throw error
      if (await isAsBefore(work)) throw error
      // It has a part of what nothing leads back from: a person lets it go on.
      await holdUntilDecided(run, plan, error.reason)
    }
  }
}

/** Whether nothing of a change without a way back is there, which is so from then on. */
async function isAsBefore(work: TargetWork): Promise<boolean> {
  try {
    await targets.compensateTarget(work)
    return true
  } catch (error) {
    if (!isFailure(error)) throw error
    return reasonOf(error).code !== 'NO_WAY_BACK'
  }
}

/** The undo of the base, before its work starts, or when a run takes up an operation whose base may be changed. */
export function registerBaseUndo(run: Run, plan: PlannedOperation, target: Target, epoch: number): void {
  const { operationId } = run
  if (plan.noWayBack === true) run.controls.becomeOneWay()
  const step = { operationId, key: 'base_project_ddl', scope: BASE_SCOPE } as const
  run.undos.set('base_project_ddl', async () => {
    try {
      const { touched } = await targets.compensateTarget({ operationId, planHash: plan.hash, target, epoch })
      await catalog.recordUndone({ ...step, touched })
      return []
    } catch (error) {
      if (!isFailure(error)) throw error
      const reason = reasonOf(error)
      const problem = { ...asProblem(reason), error: `compensation: ${reason.message}` }
      await catalog.recordStep({ ...step, state: 'failed', error: problem.error, errorCode: 'COMPENSATION_FAILED' })
      return [problem]
    }
  })
}

/** Compare-and-set of the schema; tenants which were activated in between are brought forward first. */
export async function persist(run: Run, plan: PlannedOperation): Promise<void> {
  const { controls, operationId } = run
  await syncTenantsAgain(run)
  await recorded(run, 'system_schema', async () => {
    for (let round = 1; ; round += 1) {
      controls.enter('persisting')
      // Shielded: whether it is durable must be known before anything is undone.
      const outcome = await CancellationScope.nonCancellable(() =>
        catalog.persistSchema({ operationId, attempt: run.attempt }),
      )
      if (outcome.turn !== undefined) run.turnGivenBack = outcome.turn
      run.published = outcome.published ?? false
      if (outcome.persisted) return
      if (keepsDecisions()) controls.enter('forward')
      await inStep('tenant_ddl', () => closingRound(run, plan, `p${round}`))
      await controls.unpaused()
    }
  })
}

/** Nothing is durable yet: a person who was to be asked is asked here, too. */
async function closingRound(run: Run, plan: PlannedOperation, name: string): Promise<void> {
  for (let again = 0; ; again += 1) {
    try {
      await sweepTenants(run, plan, again === 0 ? name : `${name}.${again}`)
      return
    } catch (error) {
      if (!(error instanceof StepFailed) || !isHeld(plan) || !keepsDecisions()) throw error
      await holdUntilDecided(run, plan, error.reason)
    }
  }
}

/**
 * Removes what the plan left on the targets until nobody could go back. The schema is durable: a target that cannot be
 * settled now is tried again, with the turn held, until it is.
 */
export async function settle(run: Run, plan: PlannedOperation): Promise<void> {
  const { operationId } = run
  const record = { operationId, key: 'settle', scope: BASE_SCOPE } as const
  run.progress.show({ step: 'settle' })
  await catalog.recordStep({ ...record, state: 'running' })
  for (let pause = SETTLE_PAUSE_MS.first; ; pause = Math.min(pause * 2, SETTLE_PAUSE_MS.longest)) {
    const { failed, problems } = await settling.settleTargets({ operationId, planHash: plan.hash })
    if (failed === 0) break
    run.progress.show({ problems })
    await sleep(pause)
  }
  run.progress.show({ problems: [] })
  await catalog.recordStep({ ...record, state: 'succeeded' })
}

function asProblem(reason: { type: string; code: string; message: string }): TargetProblem {
  return { scope: BASE_SCOPE, errorType: reason.type, errorCode: reason.code, error: reason.message }
}
