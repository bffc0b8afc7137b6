/** A page of tenants of one server: what its sweep left, or all of them, each in its own child workflow, a bounded number at once. */
import { continueAsNew, defineSignal, setCurrentDetails, setHandler } from '@temporalio/workflow'
import { parseCohort } from '../../contract/inputs/runInputs.ts'
import { parseCohortControl } from '../../contract/requests.ts'
import {
  type ApplyToCohortInput,
  type CohortControl,
  type CohortResult,
  leavesNothing,
  type Patience,
  SIGNAL_CONTROL,
  type Target,
} from '../../contract.ts'
import { catalog } from '../activities.ts'
import { parsed, tryParse } from '../messages/parsed.ts'
import { SELECTS } from './selection.ts'
import { sweep } from './sweepCohort.ts'
import { runTenants, type Tally } from './tenants.ts'

const MOST_PROBLEMS = 100

/**
 * Forward: after the first failure for good nothing new is started, and what is in flight finishes; tenants that are
 * parked do not count. Compensation goes through to the end, whatever fails on the way.
 */
export async function applyToCohort(given: ApplyToCohortInput): Promise<CohortResult> {
  const input = parsed(parseCohort, given)
  const control = listenForControl(input)
  let tally = tallyOf(input.soFar)
  if (!input.sweep || input.left !== undefined) {
    return await runAll(input, control, await tenantsOf(input, input.left ?? null), tally)
  }
  for (let known = input.swept; ; known = undefined) {
    const swept = known ?? (await sweep(input, control))
    // Each tenant is tried by itself, so that each has its own record of what is wrong; once where nobody answers.
    if ('unreachable' in swept) return await runAll(input, control, await tenantsOf(input, null), tally, 'once')
    if ('failed' in swept) return await runAll(input, control, await tenantsOf(input, null), tally)
    tally = { ...tally, succeeded: tally.succeeded + swept.succeeded }
    if (leavesNothing(swept)) return resultOf(tally)
    // An undo goes through them all, those that the sweep has not tried included.
    const among = input.direction === 'compensate' ? null : swept.exceptions
    const outcome = await runAll(input, control, await tenantsOf(input, among), tally)
    if (swept.notTried === 0 || outcome.failed > 0 || input.direction === 'compensate') return outcome
    tally = tallyOf(outcome)
  }
}

async function runAll(
  input: ApplyToCohortInput,
  control: { readonly now: CohortControl },
  targets: readonly (Target & { epoch: number })[],
  before: Tally,
  patience?: Patience,
): Promise<CohortResult> {
  const { tally, waiting, isLong } = await runTenants(input, control, targets, before, patience)
  // As people have steered it meanwhile, not as it began.
  if (isLong) return await goOn({ ...input, ...control.now }, tally, waiting)
  return resultOf(tally)
}

function listenForControl(input: ApplyToCohortInput): { now: CohortControl } {
  const control = { now: { paused: input.paused ?? false, window: input.window } }
  setHandler(defineSignal<[unknown]>(SIGNAL_CONTROL), (change) => {
    const told = tryParse(parseCohortControl, change)
    if ('value' in told) control.now = told.value
    else setCurrentDetails(`a signal "${SIGNAL_CONTROL}" was refused: ${told.error.message}`)
  })
  return control
}

async function tenantsOf(
  input: ApplyToCohortInput,
  among: readonly string[] | null,
): Promise<(Target & { epoch: number })[]> {
  if (among !== null && among.length === 0) return []
  const { operationId, cohort, direction, wave } = input
  const { targets } = await catalog.listCohortTargets({
    operationId,
    select: SELECTS[direction],
    cohort,
    ...(wave !== undefined && { wave }),
    ...(among !== null && { among }),
  })
  return targets
}

/** The tenants that are left go on in a run of their own, before the history of this one gets long. */
async function goOn(
  input: ApplyToCohortInput,
  tally: Tally,
  waiting: readonly (Target & { epoch: number })[],
): Promise<CohortResult> {
  const soFar = resultOf(tally)
  const left = input.sweep ? { left: waiting.map(({ scope }) => scope) } : {}
  return await continueAsNew<typeof applyToCohort>({ ...input, soFar, ...left })
}

function tallyOf(soFar: CohortResult | undefined): Tally {
  const { succeeded = 0, failed = 0, problems = [] } = soFar ?? {}
  return { succeeded, failed, problems }
}

function resultOf({ succeeded, failed, problems }: Tally): CohortResult {
  return { succeeded, failed, problems: problems.slice(0, MOST_PROBLEMS) }
}
