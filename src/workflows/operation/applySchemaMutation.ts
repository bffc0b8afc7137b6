/** One schema mutation from submission to its named end. This file is the runbook; the details live in what it calls. */
import { CancellationScope, isCancellation, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow'
import type {
  ApplySchemaMutationInput,
  Cohort,
  OpenedOperation,
  OperationDocument,
  PersistOutcome,
  PlannedOperation,
} from '../../contract.ts'
import { catalog } from '../activities.ts'
import { type CohortLine, createCohortLine } from '../fanOut/cohortsInFlight.ts'
import { applyToTenants } from '../fanOut/rounds.ts'
import { type Controls, listenForControls } from '../messages/controls.ts'
import { createNotes, type Notes } from '../messages/notes.ts'
import { decoded, parsed } from '../messages/parsed.ts'
import { createDecisions, type Decisions } from '../messages/repairDecisions.ts'
import { inStep, isFailure, reasonFor, reasonOf, StepFailed, workflowFailure } from '../run/failures.ts'
import { PROJECT_ATTRIBUTE, type Progress, TYPE_ATTRIBUTE, trackProgress } from '../run/progress.ts'
import { type Undos, undoAndClose } from './compensations.ts'
import { finish } from './finish.ts'
import { applyToBase, persist, preflight } from './forward.ts'
import { beginUndoAgain, takeUp } from './takeUpFromLedger.ts'
import { listenForTurn, passTurnOn, type WaitingForTurn } from './turn.ts'

/** What every step of one run shares. */
export interface Run {
  readonly project: string
  readonly operationId: string
  readonly opened: OpenedOperation
  readonly progress: Progress
  readonly controls: Controls
  readonly decisions: Decisions
  readonly notes: Notes
  readonly cohorts: CohortLine
  /** Each step adds its undo before it starts. */
  readonly undos: Undos
  /** The attempt that may commit: one more after each retry of a held operation. */
  attempt: number
  /** Rounds over the tenants so far; their numbers are part of the children's ids. */
  rounds: number
  parkRounds: number
  /** The first cohorts as preflight listed them, until the first round takes them. */
  listed?: readonly Cohort[]
  /** Set once persist has given the turn back. */
  turnGivenBack?: NonNullable<PersistOutcome['turn']>
  /** Set once persist has refreshed the cache. */
  published?: boolean
  /** Failed and parked tenants at which a wave was halted last. */
  haltedAt: number
}

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
  const controls = listenForControls({ operationId: input.operationId, progress, decisions, notes, cohorts })
  const run: Run = {
    ...{ project: input.project, operationId: input.operationId, opened: await open(input, progress) },
    ...{
      progress,
      controls,
      decisions,
      notes,
      cohorts,
      undos: new Map(),
      attempt: 1,
      rounds: 0,
      parkRounds: 0,
      haltedAt: 0,
    },
  }
  run.haltedAt = run.opened.haltedAt ?? 0
  let plan: PlannedOperation
  try {
    plan = await controls.run(() => applyEverywhere(run, turn))
  } catch (error) {
    // A run that goes on as new; or a mistake in this code, which blocks the task until it is mended.
    if (!isFailure(error) && beginUndoAgain(error) === null) throw error
    return await CancellationScope.nonCancellable(() => giveUp(run, error))
  }
  return await CancellationScope.nonCancellable(() => finish(run, plan))
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

async function applyEverywhere(run: Run, turn: WaitingForTurn): Promise<PlannedOperation> {
  const { operationId, opened, progress, controls } = run
  run.attempt = opened.attempt
  const resumed = await takeUp(run, turn)
  if (resumed?.from === 'durable' && resumed.plan !== null) return resumed.plan
  await controls.unpaused()
  const plan = await inStep('plan', () => catalog.planOperation({ operationId }))
  if (plan.unchanged) return plan
  progress.show({ status: 'applying', planHash: plan.hash })
  await controls.unpaused()
  if (!resumed?.preflighted) await preflight(run, plan)
  await controls.unpaused()
  await applyToBase(run, plan)
  await controls.unpaused()
  await applyToTenants(run, plan)
  await controls.unpaused()
  await persist(run, plan)
  return plan
}

const CANCELLED = reasonFor('ABORTED', 'cancelled: the operation was cancelled on request.')

/** Undoes what was done, names the end, passes the turn on, and ends the workflow as failed or cancelled. */
async function giveUp(run: Run, error: unknown): Promise<never> {
  const { operationId, progress, controls, opened } = run
  const again = beginUndoAgain(error)
  const waits = again?.waits ?? false
  controls.enter(waits ? 'repair' : 'undo')
  const isCancelled = isCancellation(error)
  const cause =
    again?.reason ??
    (isCancelled ? (controls.abortReason() ?? CANCELLED) : error instanceof StepFailed ? error.reason : reasonOf(error))
  const wanted = again?.endsAs ?? (isCancelled ? 'cancelled' : 'failed')
  if (run.undos.size > 0 && !waits) {
    const { type: errorType, code: errorCode, message } = cause
    await catalog.beginCompensation({ operationId, error: message, errorCode, errorType, endsAs: wanted })
    progress.show({ status: 'compensating' })
  }
  const planHash = progress.now().planHash ?? opened.resumed?.plan?.hash ?? ''
  const endsAs = await undoAndClose(run, { planHash, cause, endsAs: wanted, waits })
  progress.show({ status: endsAs, step: null })
  await passTurnOn(operationId)
  await controls.answered()
  if (isCancelled && controls.abortReason() === null) throw error
  throw workflowFailure(cause, { operation: await catalog.readOperation({ operationId }) })
}
