/** One schema mutation from submission to its named end. This file is the runbook; the details live in what it calls. */
import { CancellationScope, isCancellation, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow'
import type { ApplySchemaMutationInput, OpenedOperation, OperationDocument, PlannedOperation } from '../../contract.ts'
import { catalog, targets } from '../activities.ts'
import { createCohortLine } from '../fanOut/cohortsInFlight.ts'
import { applyToTenants } from '../fanOut/rounds.ts'
import { listenForControls } from '../messages/controls.ts'
import { createNotes } from '../messages/notes.ts'
import { decoded, parsed } from '../messages/parsed.ts'
import { createPermission } from '../messages/permission.ts'
import { createDecisions } from '../messages/repairDecisions.ts'
import { inStep, isFailure, reasonFor, reasonOf, StepFailed, workflowFailure } from '../run/failures.ts'
import { PROJECT_ATTRIBUTE, type Progress, TYPE_ATTRIBUTE, trackProgress } from '../run/progress.ts'
import type { Run } from '../run/run.ts'
import { type Retreat, undoAndClose } from './compensations.ts'
import { finish } from './finish.ts'
import { applyToBase, persist, preflight, syncTenants } from './forward.ts'
import { takeUp } from './takeUpFromLedger.ts'
import { listenForTurn, passTurnOn, type WaitingForTurn } from './turn.ts'

/**
 * Applies one mutation to the base, every tenant, the catalog and the cache, in this order, and undoes exactly what was
 * changed when a step fails before the schema is persisted. Completes with the document that `apply --json` prints;
 * fails with an `ApplicationFailure` whose type is the error class and whose details hold the code.
 */
export async function applySchemaMutation(given: ApplySchemaMutationInput): Promise<{ operation: OperationDocument }> {
  // The first activity parses it; what is missing is refused there as everything else.
  const input = parsed(decoded<ApplySchemaMutationInput>, given) ?? {}
  const progress = trackProgress(input)
  const turn = listenForTurn(input)
  const decisions = createDecisions(input)
  const notes = createNotes(input.operationId)
  const cohorts = createCohortLine()
  const permission = createPermission(input)
  const { operationId } = input
  const controls = listenForControls({ operationId, progress, decisions, notes, cohorts, permission })
  const opened = await open(input, progress)
  permission.settle(opened.authorizes ?? false)
  const run: Run = {
    project: input.project,
    operationId,
    opened,
    progress,
    controls,
    decisions,
    notes,
    cohorts,
    undos: new Map(),
    attempt: opened.attempt,
    rounds: 0,
    parkRounds: 0,
    haltedAt: opened.haltedAt ?? 0,
  }
  const outcome = await applyOrRetreat(run, turn)
  return await CancellationScope.nonCancellable(() =>
    'retreat' in outcome ? giveUp(run, outcome.retreat) : finish(run, outcome.plan),
  )
}

async function open(input: ApplySchemaMutationInput, progress: Progress): Promise<OpenedOperation> {
  const { workflowId, runId, firstExecutionRunId } = workflowInfo()
  try {
    const opened = await catalog.openOperation({ ...input, workflowId, runId, firstRunId: firstExecutionRunId })
    upsertSearchAttributes([
      { key: PROJECT_ATTRIBUTE, value: input.project },
      { key: TYPE_ATTRIBUTE, value: opened.type },
    ])
    progress.show({ status: 'pending' })
    return opened
  } catch (error) {
    if (isCancellation(error)) throw error
    throw workflowFailure(reasonOf(error))
  }
}

/** Whether the schema is durable, or what was done has to be undone. */
type Outcome = { readonly plan: PlannedOperation } | { readonly retreat: Retreat }

/** A mistake in this code, or a run that goes on as new, is no failure: it undoes nothing. */
async function applyOrRetreat(run: Run, turn: WaitingForTurn): Promise<Outcome> {
  try {
    return await run.controls.run(() => applyEverywhere(run, turn))
  } catch (error) {
    if (!isFailure(error)) throw error
    return { retreat: retreatAfter(run, error) }
  }
}

async function applyEverywhere(run: Run, turn: WaitingForTurn): Promise<Outcome> {
  const { operationId, progress, controls } = run
  const taken = await takeUp(run, turn)
  if ('durable' in taken) return { plan: taken.durable }
  if ('retreat' in taken) return taken
  await controls.unpaused()
  if (!taken.preflighted) await syncTenants(run)
  const planned = run.opened.proves === true ? targets.proveAndPlan : catalog.planOperation
  const plan = await inStep('plan', () => planned({ operationId }))
  if (plan.unchanged) return { plan }
  progress.show({ status: 'applying', planHash: plan.hash })
  await controls.unpaused()
  if (!taken.preflighted) await preflight(run, plan)
  await controls.unpaused()
  await applyToBase(run, plan)
  await controls.unpaused()
  await applyToTenants(run, plan)
  await controls.unpaused()
  await persist(run, plan)
  return { plan }
}

const CANCELLED = reasonFor('ABORTED', 'cancelled: the operation was cancelled on request.')

/** Why the work has ended, and how the operation is to end because of it. */
function retreatAfter({ controls }: Run, error: unknown): Retreat {
  if (isCancellation(error)) {
    const asked = controls.abortReason()
    const cancelledBy = asked === null ? error : undefined
    return { cause: asked ?? CANCELLED, endsAs: 'cancelled', waits: false, cancelledBy }
  }
  const cause = error instanceof StepFailed ? error.reason : reasonOf(error)
  return { cause, endsAs: 'failed', waits: false }
}

/** Undoes what was done, names the end, passes the turn on, and ends the workflow as failed or cancelled. */
async function giveUp(run: Run, retreat: Retreat): Promise<never> {
  const { operationId, progress, controls, opened } = run
  const { cause, waits, cancelledBy } = retreat
  controls.enter(waits ? 'repair' : 'undo')
  if (run.undos.size > 0 && !waits) {
    const { type: errorType, code: errorCode, message } = cause
    await catalog.beginCompensation({ operationId, error: message, errorCode, errorType, endsAs: retreat.endsAs })
    progress.show({ status: 'compensating' })
  }
  const planHash = progress.now().planHash ?? opened.resumed?.plan?.hash ?? ''
  const endsAs = await undoAndClose(run, planHash, retreat)
  progress.show({ status: endsAs, step: null })
  await passTurnOn(operationId)
  await controls.answered()
  if (cancelledBy !== undefined) throw cancelledBy
  throw workflowFailure(cause, { operation: await catalog.readOperation({ operationId }) })
}
