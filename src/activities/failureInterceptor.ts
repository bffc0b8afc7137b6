/** Turns our error classes into Temporal failures: type, stable code, whether to retry, and when. */
import { type Context, log } from '@temporalio/activity'
import { ApplicationFailure, type Duration, TemporalFailure } from '@temporalio/common'
import type { ActivityExecuteInput, ActivityInboundCallsInterceptor, Next } from '@temporalio/worker'
import { nameOfThrown } from '../contract/hooks/wordsOf.ts'
import { CatalogRefused, NOT_RETRYABLE, SagaError } from '../errors.ts'
import type { WaitingStep } from '../postgres/catalog/operations/waits.ts'
import type { Clock } from './dependencies.ts'
import { stepOfWork } from './operation/waitingStep.ts'
import { type FailedTry, minutesTried, patienceOf, retryDelay } from './targets/retryBudget.ts'

/** What comes and goes with others: tries must not come in step with each other. */
const WAITING: readonly string[] = ['LockUnavailable', 'TargetUnreachable']

/**
 * Activities that bring the values of a message or of an input into the catalog. What it has no place for is wrong for good
 * there; in any other activity it is the catalog's trouble, which a person can cure.
 */
const CARRIERS: readonly string[] = [
  'openOperation',
  'planOperation',
  'persistSchema',
  'goForwardAgain',
  'skipTenant',
  'acceptTargets',
  'setPaused',
  'audit',
  'openCatchUp',
  'openProvisioning',
  'takeBaseline',
  'importNamespaces',
  'listSetAside',
  'purgeSetAside',
  'openBaseCatchUp',
  'restoreSetAside',
  'scanDrift',
  'reportHealth',
  'findApplicationCode',
  'openReconcile',
  'repairDriftInTurn',
]

/** Whether the catalog refused a value of the very request that the activity carries. */
export function refusesItsRequest(error: unknown, activityType: string): boolean {
  return error instanceof CatalogRefused && CARRIERS.includes(activityType)
}

/** Maps what an activity threw; an unknown error keeps its class name only, because its text may hold customers' data. */
export function toTemporalFailure(error: unknown, failed: FailedTry): Error {
  if (error instanceof TemporalFailure) return error
  const minutes = minutesTried(error, failed)
  const gaveUp = minutes === null ? '' : gaveUpText(minutes)
  if (error instanceof SagaError) {
    const isFinal = failed.isFinal === true || !isRetryable(error)
    const delay: { nextRetryDelay?: Duration } = WAITING.includes(error.name)
      ? { nextRetryDelay: retryDelay(failed.attempt) }
      : {}
    return ApplicationFailure.create({
      message: `${error.message}${isFinal ? '' : gaveUp}`,
      type: error.name,
      nonRetryable: isFinal || minutes !== null || (failed.settingsAreFinal === true && isSetting(error)),
      details: [{ code: error.code, ...(error.path === undefined ? {} : { path: error.path }), ...error.details }],
      ...delay,
    })
  }
  return ApplicationFailure.create({
    message: `An activity failed unexpectedly (${nameOfThrown(error)}); the worker's log has the details.${gaveUp}`,
    type: 'Unexpected',
    nonRetryable: minutes !== null,
    details: [{ code: 'UNEXPECTED' }],
  })
}

function gaveUpText(minutes: number): string {
  if (minutes === 0) return ' Given up after one try.'
  return ` Given up after ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}.`
}

function isRetryable({ name }: SagaError): boolean {
  return !NOT_RETRYABLE.includes(name)
}

function isSetting({ code }: SagaError): boolean {
  return code === 'SETTING_INVALID'
}

/** Writes down what a step waits for. */
export type NoteWait = (step: WaitingStep) => Promise<void>

/** The interceptor that every activity of the worker runs under. */
export class FailureInterceptor implements ActivityInboundCallsInterceptor {
  readonly context: Context
  readonly now: Clock
  readonly noteWait: NoteWait

  constructor(context: Context, now: Clock = Date.now, noteWait: NoteWait = async () => {}) {
    this.context = context
    this.now = now
    this.noteWait = noteWait
  }

  async execute(input: ActivityExecuteInput, next: Next<ActivityInboundCallsInterceptor, 'execute'>): Promise<unknown> {
    try {
      return await next(input)
    } catch (error) {
      if (!(error instanceof SagaError) && !(error instanceof TemporalFailure)) {
        log.error('activity failed unexpectedly', { error })
      }
      const { attempt, scheduledTimestampMs, activityType } = this.context.info
      const step = stepOfWork(activityType, input.args)
      const failure = toTemporalFailure(error, {
        attempt,
        sinceMs: (await this.now()) - scheduledTimestampMs,
        patience: patienceOf(activityType, input.args),
        // Work of an operation is in the middle of something: whoever cures the setting in time lets it go on.
        settingsAreFinal: step === null,
        isFinal: refusesItsRequest(error, activityType),
      })
      if (step !== null && error instanceof SagaError && isTriedAgain(failure)) {
        // Saying so is a service: what cannot be written down now is waited for all the same.
        await this.noteWait({ ...step, error: error.message, errorCode: error.code }).catch(() => {})
      }
      throw failure
    }
  }
}

function isTriedAgain(failure: Error): boolean {
  return failure instanceof ApplicationFailure && !failure.nonRetryable
}
