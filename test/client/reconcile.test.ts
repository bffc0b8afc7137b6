import { ScheduleAlreadyRunning, ScheduleOverlapPolicy } from '@temporalio/client'
import type pg from 'pg'
import { describe, expect, test } from 'vitest'
import { ensureSchedule, type ReconcileMethods, reconcileMethods } from '../../src/client/reconcile.ts'
import { defaultActor } from '../../src/config.ts'
import { applicationFailure, failedWorkflow } from './failures.ts'
import { type Answers, type Call, CONFIG, temporalStub } from './temporalStub.ts'

const SCHEDULE = 'schema-saga-reconcile/saga-test'
const DOCUMENT = { id: 'run-1', done: 0 }

/** The methods over a stub of Temporal; the catalog must not be asked. */
function methods(answers: Answers): { readonly client: ReconcileMethods; readonly calls: Call[] } {
  const { temporal, calls } = temporalStub(answers)
  const catalog = {} as pg.Pool
  const catchUp = () => Promise.reject(new Error('nobody is to catch up'))
  return { client: reconcileMethods({ config: CONFIG, catalog, temporal }, catchUp), calls }
}

/** A Schedule that is there already. */
const there = (): never => {
  throw new ScheduleAlreadyRunning('already running', SCHEDULE)
}

describe('a run of the reconciler', () => {
  test('looks at all projects unless one is named, and waits for the document', async () => {
    const { client, calls } = methods({ execute: () => DOCUMENT })
    expect(await client.reconcile()).toEqual(DOCUMENT)
    expect(calls).toEqual([
      [
        'execute',
        'reconcileFleet',
        {
          workflowId: expect.stringMatching(/^reconcile\/all\/[0-9a-f-]{36}$/),
          taskQueue: 'saga-test',
          staticSummary: 'the reconciler, on all projects',
          args: [{ dryRun: false, actor: defaultActor(), trigger: 'person' }],
        },
      ],
    ])
  })

  test('can be dry, and says so', async () => {
    const { client, calls } = methods({ execute: () => DOCUMENT })
    await client.reconcile({ dryRun: true, actor: 'rosa' })
    expect(calls[0]?.[2]).toMatchObject({
      staticSummary: 'the reconciler, on all projects, dry run',
      args: [{ dryRun: true, actor: 'rosa', trigger: 'person' }],
    })
  })

  test('that fails keeps the code of its activity', async () => {
    const { client } = methods({
      execute: () => {
        throw failedWorkflow(applicationFailure('SurroundingsMissing', 'CATALOG_UNREACHABLE', 'The catalog is away.'))
      },
    })
    await expect(client.reconcile()).rejects.toMatchObject({ name: 'SurroundingsMissing', code: 'CATALOG_UNREACHABLE' })
  })
})

describe('the Schedule of the reconciler', () => {
  const created = (every: number): Call => [
    'createSchedule',
    {
      scheduleId: SCHEDULE,
      spec: { intervals: [{ every }] },
      policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '3 minutes' },
      action: {
        type: 'startWorkflow',
        workflowType: 'reconcileFleet',
        workflowId: SCHEDULE,
        taskQueue: 'saga-test',
        staticSummary: 'the reconciler, on all projects',
        args: [{ trigger: 'schedule' }],
      },
    },
  ]

  test('is created with five minutes unless told otherwise', async () => {
    const { client, calls } = methods({ createSchedule: () => undefined })
    expect(await client.runBackgroundReconciler()).toEqual({ schedule: SCHEDULE })
    expect(await client.runBackgroundReconciler({ every: 10_000 })).toEqual({ schedule: SCHEDULE })
    expect(calls).toEqual([created(300_000), created(10_000)])
  })

  test('that is there is given the new interval, and stays paused if it is', async () => {
    const { client, calls } = methods({ createSchedule: there })
    expect(await client.runBackgroundReconciler({ every: 60_000 })).toEqual({ schedule: SCHEDULE })
    const changed = { spec: { intervals: [{ every: 60_000 }] }, state: { paused: true } }
    expect(calls).toEqual([created(60_000), ['updateSchedule', SCHEDULE, changed]])
  })

  test('is made sure of without changing how often it runs', async () => {
    const { temporal, calls } = temporalStub({ createSchedule: there })
    await ensureSchedule({ config: CONFIG, temporal })
    expect(calls).toEqual([created(300_000)])
  })

  test.each([9_999, Number.NaN, Number.POSITIVE_INFINITY])('does not run every %s ms', async (every) => {
    const { client, calls } = methods({})
    await expect(client.runBackgroundReconciler({ every })).rejects.toMatchObject({
      name: 'InputInvalid',
      code: 'INPUT_INVALID',
      path: 'every',
    })
    expect(calls).toEqual([])
  })

  test('that cannot be created is an error', async () => {
    const { client } = methods({
      createSchedule: () => {
        throw new Error('no right')
      },
    })
    await expect(client.runBackgroundReconciler()).rejects.toThrow('no right')
  })
})
