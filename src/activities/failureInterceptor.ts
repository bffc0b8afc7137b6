/** Turns our error classes into Temporal failures: type, stable code, whether to retry, and when. */
import { type Context, log } from '@temporalio/activity'
import { ApplicationFailure, type Duration, TemporalFailure } from '@temporalio/common'
import type { ActivityExecuteInput, ActivityInboundCallsInterceptor, Next } from '@temporalio/worker'
import { NOT_RETRYABLE, SagaError } from '../errors.ts'

/** Pauses between tries of a lock: 1 s doubling to 30 s, each between half and one and a half of that. */
export function lockRetryDelay(attempt: number, random: () => number = Math.random): number {
  const base = Math.min(1_000 * 2 ** (attempt - 1), 30_000)
  return Math.round(base * (0.5 + random()))
}

/** Maps what an activity threw; an unknown error keeps its class name only, because its text may hold customers' data. */
export function toTemporalFailure(error: unknown, attempt: number): Error {
  if (error instanceof TemporalFailure) return error
  if (error instanceof SagaError) {
    const retryable = !(NOT_RETRYABLE as readonly string[]).includes(error.name)
    const delay: { nextRetryDelay?: Duration } =
      error.name === 'LockUnavailable' ? { nextRetryDelay: lockRetryDelay(attempt) } : {}
    return ApplicationFailure.create({
      message: error.message,
      type: error.name,
      nonRetryable: !retryable,
      details: [{ code: error.code, ...(error.path === undefined ? {} : { path: error.path }), ...error.details }],
      ...delay,
    })
  }
  const name = error instanceof Error ? error.name : typeof error
  return ApplicationFailure.create({
    message: `An activity failed unexpectedly (${name}); the worker's log has the details.`,
    type: 'Unexpected',
    details: [{ code: 'UNEXPECTED' }],
  })
}

/** The interceptor that every activity of the worker runs under. */
export class FailureInterceptor implements ActivityInboundCallsInterceptor {
  readonly context: Context

  constructor(context: Context) {
    this.context = context
  }

  async execute(input: ActivityExecuteInput, next: Next<ActivityInboundCallsInterceptor, 'execute'>): Promise<unknown> {
    try {
      return await next(input)
    } catch (error) {
      if (!(error instanceof SagaError) && !(error instanceof TemporalFailure)) {
        log.error('activity failed unexpectedly', { error })
      }
      throw toTemporalFailure(error, this.context.info.attempt)
    }
  }
}
