/** The forward steps of the saga, each with its undo. */
import { CancellationScope, sleep } from '@temporalio/workflow'
import { BASE_SCOPE, type CountedTenants, type PlannedOperation, type Target, type TargetProblem } from '../contract.ts'
import type { Run } from './applySchemaMutation.ts'
import { failureOfTargets, inStep, reasonOf, StepFailed } from './failures.ts'
import { type FanOutResult, pageOf, runCohorts } from './fanOut.ts'
import { holdUntilDecided } from './holding.ts'
import { catalog, policy, settling, targets } from './proxies.ts'
import { recorded } from './recorded.ts'
import { runWaves } from './waves.ts'

/** A round over the tenants, and whether one more would find somebody, if that is known. */
type Round = FanOutResult & Pick<CountedTenants, 'isAnyBehind'>

const SETTLE_PAUSE_MS = { first: 5_000, most: 300_000 } as const

/** Rounds over the tenants before persist is asked; once it has found somebody behind, further activations wait for it. */
const ROUNDS = 3

/** Looks at every target before anything is changed, and names all that would not go through. */
export async function preflight(run: Run, plan: PlannedOperation): Promise<void> {
  await recorded(run, 'preflight', async () => {
    const { operationId } = run
    const looked = await targets.preflightTargets({
      ...{ operationId, planHash: plan.hash, cohorts: pageOf({ ...sizeOf(plan), ...(plan.waves && { wave: 1 }) }) },
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
  // Shielded: a cancel between the record and its undo would leave a target that nobody undoes.
  const { epoch } = await CancellationScope.nonCancellable(() => catalog.startTarget(step))
  const work = { operationId, planHash: plan.hash, target, epoch, records: step.key }
  registerBaseUndo(run, plan, target, epoch)
  await recorded(run, 'base_project_ddl', () => targets.applyToTarget(work))
}

/** The undo of the base, before its work starts, or when a run takes up an operation whose base may be changed. */
export function registerBaseUndo(run: Run, plan: PlannedOperation, target: Target, epoch: number): void {
  const { operationId } = run
  const step = { operationId, key: 'base_project_ddl', scope: BASE_SCOPE } as const
  run.undos.set('base_project_ddl', async () => {
    try {
      const { touched } = await targets.compensateTarget({ operationId, planHash: plan.hash, target, epoch })
      await catalog.recordUndone({ ...step, touched })
      return []
    } catch (error) {
      const reason = reasonOf(error)
      const problem = { ...asProblem(reason), error: `compensation: ${reason.message}` }
      await catalog.recordStep({ ...step, state: 'failed', error: problem.error, errorCode: 'COMPENSATION_FAILED' })
      return [problem]
    }
  })
}

/** The undo of all tenants whose forward work may have started, whoever started it. */
export function registerTenantsUndo(run: Run, plan: PlannedOperation): void {
  run.undos.set('tenant_ddl', async (round) => (await overTenants(run, plan, 'compensate', `${round}`)).problems)
}

/**
 * Tenant DDL, in waves if there are any, then repeated until no active tenant is behind: tenants born meanwhile are not
 * missed. Three rounds at most; whoever comes later is found by `persist`, which refuses while an active tenant is behind,
 * and lets no further one become active.
 */
export async function applyToTenants(run: Run, plan: PlannedOperation): Promise<void> {
  registerTenantsUndo(run, plan)
  await recorded(run, 'tenant_ddl', async () => {
    await runWaves(run, plan, async (wave) => {
      await bringForward(run, plan, wave)
    })
    for (let round = 1; round <= ROUNDS; round += 1) {
      await run.controls.unpaused()
      const { cohorts, isAnyBehind } = await bringForward(run, plan)
      if (cohorts === 0 || isAnyBehind === false) return
    }
  })
}

/** Compare-and-set of the schema; tenants which were activated in between are brought forward first. */
export async function persist(run: Run, plan: PlannedOperation): Promise<void> {
  await recorded(run, 'system_schema', async () => {
    run.controls.enter('durable')
    for (let round = 1; ; round += 1) {
      const { operationId, attempt } = run
      const { persisted, turn, published } = await catalog.persistSchema({ operationId, attempt })
      if (turn !== undefined) run.turnGivenBack = turn
      run.published = published ?? false
      if (persisted) return
      await inStep('tenant_ddl', () => sweepTenants(run, plan, `p${round}`))
    }
  })
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
  for (let pause: number = SETTLE_PAUSE_MS.first; ; pause = Math.min(pause * 2, SETTLE_PAUSE_MS.most)) {
    const { failed, problems } = await settling.settleTargets({ operationId, planHash: plan.hash })
    if (failed === 0) break
    run.progress.show({ problems })
    await sleep(pause)
  }
  run.progress.show({ problems: [] })
  await catalog.recordStep({ ...record, state: 'succeeded' })
}

/** One round, as often as a person who was asked wants it tried again. */
async function bringForward(run: Run, plan: PlannedOperation, wave?: number): Promise<Round> {
  for (;;) {
    run.rounds += 1
    try {
      return await sweepTenants(run, plan, `${run.rounds}`, wave)
    } catch (error) {
      if (!(error instanceof StepFailed) || plan.policy !== 'hold') throw error
      await holdUntilDecided(run, plan, error.reason)
    }
  }
}

async function sweepTenants(run: Run, plan: PlannedOperation, round: string, wave?: number): Promise<Round> {
  const result = await overTenants(run, plan, 'forward', round, wave)
  if (result.failed === 0) return result
  run.progress.show({ problems: result.problems })
  throw failureOfTargets('tenant_ddl', result.problems, result.failed)
}

async function overTenants(
  run: Run,
  plan: PlannedOperation,
  direction: 'forward' | 'compensate',
  round: string,
  wave?: number,
): Promise<Round> {
  const { project, operationId, opened, listed } = run
  delete run.listed
  let isAnyBehind: boolean | undefined
  const result = await runCohorts(
    {
      ...{ project, operationId, planHash: plan.hash, start: `${opened.start}.${round}`, direction },
      ...{ ...sizeOf(plan), cohorts: run.cohorts },
      ...(direction === 'forward' && listed !== undefined && { listed }),
      ...(plan.policy !== undefined && { policy: plan.policy }),
      ...(wave !== undefined && { wave }),
    },
    async (counted) => {
      const { pace, isAnyBehind: any, ...tenants } = counted ?? (await catalog.countTenants({ operationId }))
      isAnyBehind = any
      run.progress.show({ tenants, pace: pace ?? null })
    },
  )
  return { ...result, ...(isAnyBehind !== undefined && { isAnyBehind }) }
}

function sizeOf({ sweeps, tenants }: PlannedOperation): { sweep: boolean; tenants: number } {
  return { sweep: sweeps ?? false, tenants }
}

function asProblem(reason: { type: string; code: string; message: string }): TargetProblem {
  return { scope: BASE_SCOPE, errorType: reason.type, errorCode: reason.code, error: reason.message }
}
