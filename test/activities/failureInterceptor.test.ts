import { ApplicationFailure, CancelledFailure } from '@temporalio/common'
import { describe, expect, test } from 'vitest'
import { refusesItsRequest, toTemporalFailure } from '../../src/activities/failureInterceptor.ts'
import { type FailedTry, patienceOf, retryDelay } from '../../src/activities/targets/retryBudget.ts'
import {
  CatalogRefused,
  DataRejected,
  LockUnavailable,
  MutationRejected,
  SurroundingsMissing,
  TargetUnreachable,
  TimeLimitReached,
} from '../../src/errors.ts'

const FIRST: FailedTry = { attempt: 1, sinceMs: 100, patience: 'long' }

const asFailure = (error: unknown, failed: Partial<FailedTry> = {}): ApplicationFailure => {
  const failure = toTemporalFailure(error, { ...FIRST, ...failed })
  if (!(failure instanceof ApplicationFailure)) throw new Error(`got ${failure.name}`)
  return failure
}

describe('what Temporal is told of an activity that failed', () => {
  test('a rejection keeps its class, code, path and sentence, and is not retried', () => {
    const failure = asFailure(new MutationRejected('FIELD_EXISTS', 'it exists', { path: 'field_label' }))
    expect(failure).toMatchObject({ type: 'MutationRejected', message: 'it exists', nonRetryable: true })
    expect(failure.details).toEqual([{ code: 'FIELD_EXISTS', path: 'field_label' }])
  })

  test('data that forbids the change and a time limit that ran out are not retried, a missing lock or server is', () => {
    expect(asFailure(new DataRejected('DATA_REJECTED', 'no')).nonRetryable).toBe(true)
    expect(asFailure(new TimeLimitReached('TIME_LIMIT_REACHED', 'slow')).nonRetryable).toBe(true)
    expect(asFailure(new LockUnavailable('LOCK_UNAVAILABLE', 'busy')).nonRetryable).toBe(false)
    expect(asFailure(new TargetUnreachable('TARGET_UNREACHABLE', 'away')).nonRetryable).toBe(false)
  })

  test('an unknown error keeps its class name only, because its text may hold customers’ data', () => {
    const error = new Error('duplicate key (email)=(rosa@example.org), postgres://saga:geheim@db')
    expect(JSON.stringify(asFailure(error))).not.toMatch(/rosa|geheim/)
    expect(asFailure(error).message).toContain('Error')
  })

  test('a value that the catalog refuses is final for the message that brought it, and waited for in other work', () => {
    const refused = new CatalogRefused('VALUE_REFUSED', 'no')
    const told = asFailure(refused, { isFinal: refusesItsRequest(refused, 'goForwardAgain') })
    expect(told).toMatchObject({ type: 'CatalogRefused', nonRetryable: true, details: [{ code: 'VALUE_REFUSED' }] })
    expect(asFailure(refused, { isFinal: refusesItsRequest(refused, 'recordStep') }).nonRetryable).toBe(false)
  })

  test('a catalog of another release, or a right that is missing, is never a reason to give up', () => {
    const mismatch = new SurroundingsMissing('CATALOG_MISMATCH', 'no')
    expect(asFailure(mismatch, { attempt: 500, sinceMs: 86_400_000 }).nonRetryable).toBe(false)
  })

  test('a cancellation stays a cancellation', () => {
    const cancelled = new CancelledFailure('cancelled')
    expect(toTemporalFailure(cancelled, FIRST)).toBe(cancelled)
  })
})

describe('how long a target is tried', () => {
  const MINUTE = 60_000
  const locked = new LockUnavailable('LOCK_UNAVAILABLE', 'It is busy.')
  const away = new TargetUnreachable('TARGET_UNREACHABLE', 'It is away.')
  const endsAfter = (error: unknown, minutes: number, more: Partial<FailedTry> = {}): void => {
    const failed = { attempt: 20, ...more }
    expect(asFailure(error, { ...failed, sinceMs: minutes * MINUTE - 1 }).nonRetryable ?? false).toBe(false)
    expect(asFailure(error, { ...failed, sinceMs: minutes * MINUTE }).nonRetryable).toBe(true)
  }

  test('a lock and a server ten minutes, and two and one where the tenant can be parked', () => {
    endsAfter(locked, 10)
    endsAfter(away, 10)
    endsAfter(locked, 2, { patience: 'short' })
    endsAfter(away, 1, { patience: 'short' })
  })

  test('says for how long, keeps its class and code, and names who was in the way', () => {
    const blocked = new LockUnavailable('LOCK_UNAVAILABLE', 'It is busy.', { details: { blockers: [{ pid: 7 }] } })
    const failure = asFailure(blocked, { attempt: 20, sinceMs: 2 * MINUTE, patience: 'short' })
    expect(failure).toMatchObject({ type: 'LockUnavailable', message: 'It is busy. Given up after 2 minutes.' })
    expect(failure.details).toEqual([{ code: 'LOCK_UNAVAILABLE', blockers: [{ pid: 7 }] }])
  })

  test('and is not given up for a failure after hours that went well, or without a worker', () => {
    const late = (attempt: number) => asFailure(locked, { attempt, sinceMs: 300 * MINUTE }).nonRetryable
    expect([1, 2, 5, 12].map(late)).toEqual([false, false, false, false])
    expect(late(16)).toBe(true)
  })

  test('what waits for the catalog, or comes after the commit, for ever', () => {
    const catalog = new SurroundingsMissing('CATALOG_UNREACHABLE', 'The catalog is away.')
    expect(asFailure(catalog, { attempt: 20, sinceMs: 99 * MINUTE }).nonRetryable).toBe(false)
    expect(asFailure(locked, { attempt: 20, sinceMs: 99 * MINUTE, patience: 'endless' }).nonRetryable).toBe(false)
  })

  test('depends on the activity and on what its input says', () => {
    expect(patienceOf('applyToTarget', [{ patience: 'short' }])).toBe('short')
    expect(patienceOf('applyToTarget', [{}])).toBe('long')
    expect(patienceOf('sweepCohort', [])).toBe('long')
    expect(patienceOf('settleTargets', [{ patience: 'short' }])).toBe('endless')
    expect(patienceOf('recordStep', [{}])).toBe('endless')
  })

  test('with pauses for locks and servers, so that tries do not come in step', () => {
    for (const error of [locked, away]) {
      const pauses = Array.from({ length: 20 }, () => Number(asFailure(error, { attempt: 4 }).nextRetryDelay))
      expect(pauses.filter((ms) => ms < 4_000 || ms > 12_000)).toEqual([])
      expect(new Set(pauses).size).toBeGreaterThan(1)
    }
    expect(asFailure(new DataRejected('DATA_REJECTED', 'no')).nextRetryDelay).toBeUndefined()
  })
})

describe('the pause between tries', () => {
  test('doubles from one second to thirty, with jitter of half of it either way', () => {
    const middle = (attempt: number): number => retryDelay(attempt, () => 0.5)
    expect([1, 2, 3, 4, 5, 6, 7, 20].map(middle)).toEqual([1, 2, 4, 8, 16, 30, 30, 30].map((s) => s * 1_000))
    expect(retryDelay(1, () => 0)).toBe(500)
    expect(retryDelay(1, () => 0.999)).toBeLessThan(1_500)
  })
})
