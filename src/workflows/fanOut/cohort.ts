/** One cohort of a round: its sweep, and a workflow of its own for what is left, or for all of it. */
import { ParentClosePolicy, startChild, workflowInfo } from '@temporalio/workflow'
import {
  type ApplyToCohortInput,
  type Cohort,
  type CohortControl,
  type CohortResult,
  type CohortWork,
  cohortWorkflowId,
  leavesNothing,
  type OutcomePolicy,
  operationWorkflowId,
  type Swept,
} from '../../contract.ts'
import { PROJECT_ATTRIBUTE } from '../run/progress.ts'
import { applyToCohort } from './applyToCohort.ts'
import { type CohortLine, steeredChild, windowOf } from './cohortsInFlight.ts'
import { sweep } from './sweepCohort.ts'

/** What the root has to know to fan out. */
export interface FanOut {
  readonly project: string
  readonly operationId: string
  readonly planHash: string
  readonly start: string
  readonly direction: CohortWork
  readonly sweep: boolean
  /** Tenants of the whole operation. */
  readonly tenants: number
  readonly policy?: OutcomePolicy
  readonly wave?: number
  readonly parkedBy?: NonNullable<ApplyToCohortInput['parkedBy']>
  readonly cohorts: CohortLine
  /** The first cohorts, where somebody has listed them already. */
  readonly listed?: readonly Cohort[]
}

/** A sweep is an activity of the root, because most leave nothing; what it leaves goes on in a workflow of its own. */
export async function runCohort(fanOut: FanOut, cohort: Cohort, share: number): Promise<CohortResult> {
  if (!fanOut.sweep) return await runChild(fanOut, inputOf(fanOut, cohort, share), share)
  const swept = await sweepCohort(fanOut, inputOf(fanOut, cohort, share), share)
  if ('succeeded' in swept && leavesNothing(swept)) {
    const { succeeded, counted } = swept
    return { succeeded, failed: 0, problems: [], ...(counted !== undefined && { counted }) }
  }
  return await runChild(fanOut, { ...inputOf(fanOut, cohort, share), swept }, share)
}

function inputOf(fanOut: FanOut, cohort: Cohort, share: number): ApplyToCohortInput {
  const { cohorts, listed: _, sweep: sweeps, tenants: __, ...input } = fanOut
  const pace = cohorts.pace()
  return {
    ...input,
    cohort,
    window: windowOf(pace, share, 1),
    ...(sweeps && { sweep: true }),
    // An undo waits for nobody: whoever pauses an operation and then gives it up could not resume it any more.
    ...(pace.paused && input.direction !== 'compensate' && { paused: true }),
  }
}

async function sweepCohort({ cohorts }: FanOut, input: ApplyToCohortInput, share: number): Promise<Swept> {
  const control = { now: { paused: input.paused ?? false, window: input.window } }
  const steered = {
    tell: (change: CohortControl) => {
      control.now = change
    },
  }
  return await cohorts.hold(steered, share, sweep(input, control))
}

async function runChild(
  { cohorts, ...fanOut }: FanOut,
  input: ApplyToCohortInput,
  share: number,
): Promise<CohortResult> {
  const { cohort } = input
  const child = await startChild(applyToCohort, {
    workflowId: cohortWorkflowId(
      operationWorkflowId(fanOut.project, fanOut.operationId),
      fanOut.start,
      fanOut.direction,
      cohort.name,
    ),
    parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
    staticSummary: `${cohort.size} tenants on ${cohort.server}`,
    typedSearchAttributes: [{ key: PROJECT_ATTRIBUTE, value: fanOut.project }],
    taskQueue: workflowInfo().taskQueue,
    args: [input],
  })
  return await cohorts.hold(steeredChild(child), share, child.result())
}
