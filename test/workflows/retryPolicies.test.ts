import { readFileSync } from 'node:fs'
import { describe, expect, inject, test } from 'vitest'
import * as production from '../../src/workflows/retryPolicies.ts'
import * as quick from '../fixtures/quickPolicies.ts'

const FOR_GOOD = [
  'InputInvalid',
  'MutationRejected',
  'RequestRefused',
  'TargetDrifted',
  'StatementRefused',
  'DataRejected',
  'TimeLimitReached',
  'StaleEpoch',
  'PersistConflict',
  'Held',
  'Cancelled',
]

/** One line a group: a try may take / silence means death after / first pause / longest pause / tries. */
function row(policy: production.ActivityPolicy): string {
  const { startToCloseTimeout, heartbeatTimeout, scheduleToCloseTimeout, retry } = policy
  const { initialInterval, maximumInterval, maximumAttempts } = retry
  return [
    startToCloseTimeout,
    heartbeatTimeout,
    initialInterval,
    maximumInterval,
    maximumAttempts,
    scheduleToCloseTimeout,
  ]
    .map((value) => value ?? '-')
    .join(' | ')
}

const table = (policies: typeof production.ACTIVITY_POLICIES): Record<string, string> =>
  Object.fromEntries(Object.entries(policies).map(([group, policy]) => [group, row(policy)]))

describe('the time limits and retry rules of production', () => {
  test('are these', () => {
    expect(table(production.ACTIVITY_POLICIES)).toEqual({
      catalog: '30 seconds | - | 500 milliseconds | 10 seconds | - | -',
      policy: '30 seconds | - | 500 milliseconds | 10 seconds | - | -',
      targets: '6 hours | 15 seconds | 1 second | 30 seconds | - | -',
      afterwards: '60 seconds | - | 500 milliseconds | 30 seconds | - | -',
      settling: '6 hours | 15 seconds | 500 milliseconds | 30 seconds | - | -',
      sweeping: '6 hours | 15 seconds | 1 second | 30 seconds | - | -',
      synchronising: '6 hours | 15 seconds | 500 milliseconds | 10 seconds | - | -',
      firstTries: '60 seconds | - | 500 milliseconds | 10 seconds | - | -',
      firstTry: '60 seconds | - | - | - | 1 | -',
      provisioning: '5 minutes | 15 seconds | 1 second | - | 6 | -',
      looking: '30 minutes | 15 seconds | 1 second | - | 3 | -',
      setAside: '6 hours | 15 seconds | 1 second | - | 6 | -',
      catchUps: '30 seconds | - | 500 milliseconds | 10 seconds | - | -',
      catchUpWork: '6 hours | 15 seconds | 1 second | 30 seconds | 7 | -',
      importing: '2 hours | 15 seconds | 1 second | - | 6 | -',
      reconciling: '5 minutes | 15 seconds | 1 second | - | 3 | 6 minutes',
      driftRepairs: '6 hours | 15 seconds | 5 seconds | - | 3 | -',
    })
  })

  test('retry nothing that was refused for good, except behind the commit, where nothing may end the tries', () => {
    const retriesAll = Object.entries<production.ActivityPolicy>(production.ACTIVITY_POLICIES)
      .filter(([, { retry }]) => retry.nonRetryableErrorTypes === undefined)
      .map(([group]) => group)
    expect(retriesAll).toEqual(['afterwards', 'settling', 'firstTries', 'firstTry'])
    expect(production.ACTIVITY_POLICIES.targets.retry.nonRetryableErrorTypes).toEqual(FOR_GOOD)
  })

  test('leave these pauses between looks and rounds', () => {
    const { ACTIVITY_POLICIES, ...times } = production
    expect(times).toEqual({
      LOCAL_TRY_MS: 5_000,
      CACHE_ALARM_MS: 60_000,
      TURN_PAUSE_MS: { first: 60_000, longest: 1_800_000 },
      SETTLE_PAUSE_MS: { first: 5_000, longest: 300_000 },
      CATCH_UP_PAUSES_MS: [1_000, 2_000, 4_000, 8_000, 15_000, 30_000, 30_000, 30_000],
      PROVISION_PAUSES_MS: [1_000, 2_000, 4_000, 8_000, 16_000],
      RECONCILE_RUN_MS: 480_000,
      LONG_HISTORY_EVENTS: 2_048,
      LONG_COHORT_EVENTS: 3_000,
    })
  })
})

describe('the quick policies of the tests', () => {
  test('end tries by number where production does, and retry the same errors', () => {
    const rules = (policies: Record<string, production.ActivityPolicy>) =>
      Object.fromEntries(
        Object.entries(policies).map(([group, { retry }]) => [
          group,
          { attempts: retry.maximumAttempts, forGood: retry.nonRetryableErrorTypes },
        ]),
      )
    expect(rules(quick.ACTIVITY_POLICIES)).toEqual(rules(production.ACTIVITY_POLICIES))
  })

  test('have every export of the module that they take the place of', () => {
    const { QUICK_HEARTBEAT_EVERY_MS, ...replaced } = quick
    expect(Object.keys(replaced).sort()).toEqual(Object.keys(production).sort())
  })

  test('are in the quick bundle only', () => {
    const isQuick = (path: string): boolean => readFileSync(path, 'utf8').includes('QUICK_HEARTBEAT_EVERY_MS')
    expect([isQuick(inject('quickWorkflowBundlePath')), isQuick(inject('workflowBundlePath'))]).toEqual([true, false])
  })
})
