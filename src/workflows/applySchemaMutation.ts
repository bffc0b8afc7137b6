/** One schema mutation from submission to its named end. This file is the runbook; the details live in what it calls. */
import { CancellationScope, isCancellation, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow'
import type { ApplySchemaMutationInput, OpenedOperation, OperationDocument, PlannedOperation } from '../contract.ts'
import { type Abortable, listenForAbort } from './abort.ts'
import { listenForRepair, type Undo, undoAll } from './compensations.ts'
import { inStep, reasonOf, StepFailed, workflowFailure } from './failures.ts'
import { PROJECT_ATTRIBUTE, type Progress, TYPE_ATTRIBUTE, trackProgress } from './progress.ts'
import { afterwards, catalog } from './proxies.ts'
import { applyToBase, applyToTenants, persist, preflight, settle } from './steps.ts'
import { listenForTurn, passTurnOn } from './turn.ts'

/** What every step of one run shares. */
export interface Run {
  readonly project: string
  readonly operationId: string
  readonly opened: OpenedOperation
  readonly progress: Progress
  /** Each step adds its undo before it starts. */
  readonly undos: Undo[]
}

/**
 * Applies one mutation to the base, every tenant, the catalog and the cache, in this order, and undoes exactly what was
 * changed when a step fails before the schema is persisted. Completes with the document that `apply --json` prints;
 * fails with an `ApplicationFailure` whose type is the error class and whose details hold the code.
 */
export async function applySchemaMutation(input: ApplySchemaMutationInput): Promise<{ operation: OperationDocument }> {
  const progress = trackProgress(input)
  const turn = listenForTurn()
  const repair = listenForRepair()
  const abort = listenForAbort(input.operationId, progress)
  const run = await open(input, progress)
  const { operationId } = run
  let plan: PlannedOperation
  try {
    plan = await abort.run(async () => {
      await turn.wait(operationId, progress)
      return await applyEverywhere(run)
    })
  } catch (error) {
    return await CancellationScope.nonCancellable(() => giveUp(run, error, repair, abort))
  }
  return await CancellationScope.nonCancellable(() => finish(run, plan))
}

async function applyEverywhere(run: Run): Promise<PlannedOperation> {
  const { operationId, progress } = run
  const plan = await inStep('plan', () => catalog.planOperation({ operationId }))
  if (plan.unchanged) return plan
  progress.show({ status: 'applying', planHash: plan.hash })
  await preflight(run, plan)
  await applyToBase(run, plan)
  await applyToTenants(run, plan)
  await CancellationScope.nonCancellable(() => persist(run, plan))
  return plan
}

async function open(input: ApplySchemaMutationInput, progress: Progress): Promise<Run> {
  const { workflowId, runId, firstExecutionRunId } = workflowInfo()
  try {
    const opened = await catalog.openOperation({ ...input, workflowId, runId, firstRunId: firstExecutionRunId })
    upsertSearchAttributes([
      { key: PROJECT_ATTRIBUTE, value: input.project },
      { key: TYPE_ATTRIBUTE, value: opened.type },
    ])
    progress.show({ status: 'pending' })
    return { project: input.project, operationId: input.operationId, opened, progress, undos: [] }
  } catch (error) {
    if (isCancellation(error)) throw error
    throw workflowFailure(reasonOf(error))
  }
}

/** The schema is durable: nothing from here on can fail the operation. */
async function finish(run: Run, plan: PlannedOperation): Promise<{ operation: OperationDocument }> {
  const { operationId, progress } = run
  if (plan.settles) await settle(run, plan)
  await passTurnOn(operationId)
  if (!plan.unchanged) {
    progress.show({ step: 'cache' })
    await catalog.recordStep({ operationId, key: 'cache', scope: '', state: 'running' })
    await afterwards.publishCache({ operationId })
    await catalog.recordStep({ operationId, key: 'cache', scope: '', state: 'succeeded' })
  }
  await catalog.closeOperation({ operationId, status: 'committed', unchanged: plan.unchanged })
  progress.show({ status: 'committed', step: 'after_commit' })
  if (!plan.unchanged) {
    await catalog.recordStep({ operationId, key: 'after_commit', scope: '', state: 'running' })
    await afterwards.afterCommit({ operationId })
    await catalog.recordStep({ operationId, key: 'after_commit', scope: '', state: 'succeeded' })
  }
  progress.show({ step: null })
  return { operation: await catalog.readOperation({ operationId }) }
}

const CANCELLED = {
  type: 'Cancelled',
  code: 'ABORTED',
  message: 'cancelled: the operation was cancelled on request.',
} as const

/** Undoes what was done, names the end, passes the turn on, and ends the workflow as failed or cancelled. */
async function giveUp(
  run: Run,
  error: unknown,
  repair: ReturnType<typeof listenForRepair>,
  abort: Abortable,
): Promise<never> {
  const { operationId, progress } = run
  const cancelled = isCancellation(error)
  const reason = cancelled
    ? (abort.reason() ?? CANCELLED)
    : error instanceof StepFailed
      ? error.reason
      : reasonOf(error)
  if (run.undos.length > 0) {
    await catalog.beginCompensation({ operationId, error: reason.message, errorCode: reason.code })
    progress.show({ status: 'compensating' })
    await undoAll(operationId, run.undos, reason.message, repair, progress)
  }
  const status = cancelled ? 'cancelled' : 'failed'
  await catalog.closeOperation({ operationId, status, error: reason.message, errorCode: reason.code })
  progress.show({ status, step: null })
  await passTurnOn(operationId)
  await abort.answered()
  if (cancelled && abort.reason() === null) throw error
  throw workflowFailure(reason, { operation: await catalog.readOperation({ operationId }) })
}
