/** Failures as this project speaks of them: which step, which code, one sentence. */
import {
  ActivityFailure,
  ApplicationFailure,
  ChildWorkflowFailure,
  isCancellation,
  TemporalFailure,
  TerminatedFailure,
  TimeoutFailure,
} from '@temporalio/workflow'
import { ERRORS, type ErrorCode } from '../../contract/errors/errorCodes.ts'
import type { StepKey, TargetProblem } from '../../contract.ts'

/** The reason in three facts: the error class, the stable code, the sentence. */
export interface Reason {
  readonly type: string
  readonly code: string
  readonly message: string
}

/** A reason of ours: the class is the one of the code. */
export function reasonFor(code: ErrorCode, message: string): Reason {
  return { type: ERRORS[code].class ?? 'Unexpected', code, message }
}

/** What the error text of a failed step begins with. */
const PREFIX: Partial<Record<StepKey, string>> = {
  preflight: 'preflight: ',
  base_project_ddl: 'base project schema DDL: ',
  tenant_ddl: 'tenant schema propagation: ',
  system_schema: 'persist system schema: ',
  cache: 'refresh schema cache: ',
}

/** Thrown inside the saga only; it never leaves the workflow function. */
export class StepFailed extends Error {
  readonly step: StepKey | 'plan'
  readonly reason: Reason

  constructor(step: StepKey | 'plan', reason: Reason) {
    super(reason.message)
    this.step = step
    this.reason = reason
  }
}

/**
 * Whether an error is a failure of the world or a refusal of ours, and no mistake in the workflow's own code. A mistake fails
 * the task of its workflow, which goes on when it is mended, forward and back alike: nothing is undone because of it.
 */
export function isFailure(error: unknown): boolean {
  return error instanceof TemporalFailure || error instanceof StepFailed
}

/** Unwraps what Temporal wrapped around an activity's or child's failure. */
export function reasonOf(error: unknown): Reason {
  if (error instanceof ActivityFailure || error instanceof ChildWorkflowFailure) return reasonOf(error.cause)
  // A limit on all tries: why the last of them failed is the news.
  if (error instanceof TimeoutFailure && error.cause instanceof ApplicationFailure) return reasonOf(error.cause)
  if (error instanceof TimeoutFailure) {
    return reasonFor('TARGET_UNREACHABLE', 'No worker finished the work in time.')
  }
  if (error instanceof TerminatedFailure) {
    return reasonFor('RUN_GONE', 'A workflow of this operation was terminated from outside.')
  }
  if (error instanceof ApplicationFailure) {
    const details = error.details?.[0] as { code?: string } | undefined
    return { type: error.type ?? 'Unexpected', code: details?.code ?? 'UNEXPECTED', message: error.message }
  }
  return reasonFor('UNEXPECTED', error instanceof Error ? error.message : String(error))
}

/** Runs one step; any failure of the world but a cancellation becomes `StepFailed` with the step's prefix. */
export async function inStep<T>(step: StepKey | 'plan', work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (isCancellation(error) || error instanceof StepFailed || !isFailure(error)) throw error
    const reason = reasonOf(error)
    const prefix = step === 'plan' ? '' : (PREFIX[step] ?? '')
    throw new StepFailed(step, { ...reason, message: `${prefix}${reason.message}` })
  }
}

/** One failure out of the problems of several targets: the first one's class and code, all of them named (20 at most). */
export function failureOfTargets(step: StepKey, problems: readonly TargetProblem[], count: number): StepFailed {
  const first = problems[0]
  const named = problems.slice(0, 20).map((p) => `${p.scope === '' ? 'base' : `tenant ${p.scope}`}: ${p.error}`)
  const more = count > named.length ? `; and ${count - named.length} more` : ''
  return new StepFailed(step, {
    type: first?.errorType ?? 'Unexpected',
    code: first?.errorCode ?? 'UNEXPECTED',
    message: `${PREFIX[step] ?? ''}${named.join('; ')}${more}`,
  })
}

/** The failure with which a workflow ends; its details hold the code. */
export function workflowFailure(reason: Reason, details: Readonly<Record<string, unknown>> = {}): ApplicationFailure {
  return ApplicationFailure.create({
    message: reason.message,
    type: reason.type,
    nonRetryable: true,
    details: [{ code: reason.code, ...details }],
  })
}

/** The details of the error of ours that an activity failed with. */
export function detailsOf(error: unknown): Readonly<Record<string, unknown>> {
  const cause = error instanceof ActivityFailure ? error.cause : error
  return cause instanceof ApplicationFailure ? ((cause.details?.[0] ?? {}) as Record<string, unknown>) : {}
}
