import { ApplicationFailure, CancelledFailure } from '@temporalio/common'
import { describe, expect, test } from 'vitest'
import { lockRetryDelay, toTemporalFailure } from '../../src/activities/failureInterceptor.ts'
import { DataRejected, LockUnavailable, MutationRejected, TargetUnreachable } from '../../src/errors.ts'

const asFailure = (error: unknown): ApplicationFailure => {
  const failure = toTemporalFailure(error, 1)
  if (!(failure instanceof ApplicationFailure)) throw new Error(`got ${failure.name}`)
  return failure
}

describe('what Temporal is told of an activity that failed', () => {
  test('a rejection keeps its class, code, path and sentence, and is not retried', () => {
    const failure = asFailure(new MutationRejected('FIELD_EXISTS', 'it exists', { path: 'field_label' }))
    expect(failure).toMatchObject({ type: 'MutationRejected', message: 'it exists', nonRetryable: true })
    expect(failure.details).toEqual([{ code: 'FIELD_EXISTS', path: 'field_label' }])
  })

  test('data that forbids the change is not retried, a missing lock or server is', () => {
    expect(asFailure(new DataRejected('DATA_REJECTED', 'no')).nonRetryable).toBe(true)
    expect(asFailure(new LockUnavailable('LOCK_UNAVAILABLE', 'busy')).nonRetryable).toBe(false)
    expect(asFailure(new TargetUnreachable('TARGET_UNREACHABLE', 'away')).nonRetryable).toBe(false)
  })

  test('an unknown error keeps its class name only, because its text may hold customers’ data', () => {
    const error = new Error('duplicate key (email)=(rosa@example.org), postgres://saga:geheim@db')
    expect(JSON.stringify(asFailure(error))).not.toMatch(/rosa|geheim/)
    expect(asFailure(error).message).toContain('Error')
  })

  test('a cancellation stays a cancellation', () => {
    const cancelled = new CancelledFailure('cancelled')
    expect(toTemporalFailure(cancelled, 1)).toBe(cancelled)
  })
})

describe('the pause between tries of a lock', () => {
  test('doubles from one second to thirty, with jitter of half of it either way', () => {
    const middle = (attempt: number): number => lockRetryDelay(attempt, () => 0.5)
    expect([1, 2, 3, 4, 5, 6, 7, 20].map(middle)).toEqual([1, 2, 4, 8, 16, 30, 30, 30].map((s) => s * 1_000))
    expect(lockRetryDelay(1, () => 0)).toBe(500)
    expect(lockRetryDelay(1, () => 0.999)).toBeLessThan(1_500)
  })
})
