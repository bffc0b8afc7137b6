/** The tenants' step: rounds over the cohorts, forward until nobody is behind, or back. */
import type { CountedTenants, PlannedOperation } from '../../contract.ts'
import { catalog } from '../activities.ts'
import { holdUntilDecided } from '../messages/held.ts'
import { failureOfTargets, StepFailed } from '../run/failures.ts'
import type { Run } from '../run/run.ts'
import { recorded } from '../run/stepRecords.ts'
import { type FanOutResult, runCohorts } from './pages.ts'
import { runWaves } from './waves.ts'

/** A round over the tenants, and whether one more would find somebody, if that is known. */
type Round = FanOutResult & Pick<CountedTenants, 'isAnyBehind'>

/** Rounds over the tenants before persist is asked; once it has found somebody behind, further activations wait for it. */
const ROUNDS = 3

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

/** One round, as often as a person who was asked wants it tried again. */
async function bringForward(run: Run, plan: PlannedOperation, wave?: number): Promise<Round> {
  for (;;) {
    run.rounds += 1
    try {
      return await sweepTenants(run, plan, `${run.rounds}`, wave)
    } catch (error) {
      if (!(error instanceof StepFailed) || !isHeld(plan)) throw error
      await holdUntilDecided(run, plan, error.reason)
    }
  }
}

/** Whether a person is asked when tenants fail; where nothing leads back, that is all that is left. */
export function isHeld({ policy, noWayBack }: PlannedOperation): boolean {
  return policy === 'hold' || noWayBack === true
}

/** One round forward. Throws `StepFailed` when a tenant did not come through. */
export async function sweepTenants(run: Run, plan: PlannedOperation, round: string, wave?: number): Promise<Round> {
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
      project,
      operationId,
      planHash: plan.hash,
      start: `${opened.start}.${round}`,
      direction,
      ...sizeOf(plan),
      cohorts: run.cohorts,
      ...(direction === 'forward' && listed !== undefined && { listed }),
      ...(plan.policy !== undefined && { policy: plan.policy }),
      ...(wave !== undefined && { wave }),
    },
    async (counted) => {
      const { pace, isAnyBehind: isOneBehind, ...tenants } = counted ?? (await catalog.countTenants({ operationId }))
      isAnyBehind = isOneBehind
      run.progress.show({ tenants, pace: pace ?? null })
    },
  )
  return { ...result, ...(isAnyBehind !== undefined && { isAnyBehind }) }
}

/** What of a plan says how its tenants are parted in cohorts. */
export function sizeOf({ sweeps, tenants }: PlannedOperation): { sweep: boolean; tenants: number } {
  return { sweep: sweeps ?? false, tenants }
}
