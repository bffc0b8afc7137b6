import { randomUUID } from 'node:crypto'
import type { TestWorkflowEnvironment } from '@temporalio/testing'
import { Worker } from '@temporalio/worker'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import {
  type DutyInput,
  type DutyResult,
  NOTHING,
  type ReconcileActivities,
  type ReconcileDocument,
  type ReconcileFleetInput,
  resultOf,
} from '../../src/contract/reconcile.ts'
import { WORKFLOWS_IN_THIS_THREAD } from '../fixtures/temporalRuntime.ts'
import { startTimeSkipping } from './environment.ts'
import { failure } from './story.ts'

let environment: TestWorkflowEnvironment
beforeAll(async () => {
  environment = await startTimeSkipping()
})
afterAll(async () => {
  await environment?.teardown()
})

const idle = (project: string) => ({ project, operations: false, repairs: false, tenants: false })

/** A fleet where all is well unless told otherwise; `seen` holds what was called on which project. */
function fakes(told: Partial<ReconcileActivities> = {}) {
  const seen: string[] = []
  const quiet =
    (name: string) =>
    async ({ project }: DutyInput): Promise<DutyResult> => {
      seen.push(`${name} ${project}`)
      return NOTHING
    }
  const activities: ReconcileActivities = {
    openReconcile: async () => ({ projects: [idle('shop')] }),
    reviveOperations: quiet('revive'),
    retryUndos: async () => ({ result: NOTHING, started: [] }),
    startCatchUps: async () => ({ result: NOTHING, started: [] }),
    watchStarted: async () => ({ repairs: NOTHING, tenants: NOTHING }),
    reconcileDrift: quiet('drift'),
    purgePastHold: quiet('purge'),
    pruneHistory: quiet('prune'),
    closeReconcile: async () => {
      seen.push('close')
      return { endedAt: '2026-01-01T00:00:00.000Z' }
    },
    repairDriftInTurn: async () => ({ repaired: 0, failed: 0 }),
    ...told,
  }
  return { activities, seen }
}

async function run(
  activities: ReconcileActivities,
  input: Partial<ReconcileFleetInput> = {},
): Promise<{ document: ReconcileDocument; events: number }> {
  const taskQueue = `reconcile-${randomUUID()}`
  const worker = await Worker.create({
    ...WORKFLOWS_IN_THIS_THREAD,
    connection: environment.nativeConnection,
    taskQueue,
    workflowBundle: { codePath: inject('workflowBundlePath') },
    activities: { ...activities },
  })
  return await worker.runUntil(async () => {
    const handle = await environment.client.workflow.start('reconcileFleet', {
      workflowId: taskQueue,
      taskQueue,
      args: [{ trigger: 'person', ...input }],
    })
    const document = (await handle.result()) as ReconcileDocument
    const { historyLength } = await handle.describe()
    return { document, events: historyLength }
  })
}

describe('a run of the reconciler', () => {
  test('asks the targets of an idle fleet for drift, purge and retention only, in few events', async () => {
    const { activities, seen } = fakes()
    const { document, events } = await run(activities)
    expect([...seen].sort()).toEqual(['close', 'drift shop', 'prune shop', 'purge shop'])
    expect(document).toMatchObject({ left: 0, done: 0, projects: [], projects_looked_at: 1, projects_left_out: 0 })
    expect(events).toBeLessThan(50)
  })

  test('looks for drift only when what it started has ended', async () => {
    const { activities, seen } = fakes({
      openReconcile: async () => ({ projects: [{ project: 'shop', operations: true, repairs: true, tenants: true }] }),
      retryUndos: async () => ({ result: NOTHING, started: [{ operationId: 'op', attempt: 1 }] }),
      startCatchUps: async () => ({ result: resultOf(1, 0, []), started: ['t1', 't2'] }),
      watchStarted: async ({ repairs, tenants }) => {
        seen.push(`watch ${repairs.length} ${tenants.join()}`)
        return { repairs: resultOf(1, 1, []), tenants: resultOf(2, 1, []) }
      },
    })
    const { document } = await run(activities)
    expect(seen.slice(0, 2)).toEqual(['revive shop', 'watch 1 t1,t2'])
    expect(seen.slice(2).sort()).toEqual(['close', 'drift shop', 'prune shop', 'purge shop'])
    expect(document.projects[0]?.duties).toMatchObject({
      repairs: { found: 1, done: 1, left: 0 },
      tenants: { found: 3, done: 1, left: 2 },
    })
    expect([document.done, document.left]).toEqual([2, 2])
  })

  test('a duty that fails is told of, and keeps none of the others from being done', async () => {
    const { activities, seen } = fakes({
      openReconcile: async () => ({ projects: [idle('shop'), idle('inn')] }),
      reconcileDrift: async () => {
        throw failure('RequestRefused', 'PROJECT_NOT_FOUND', 'It is archived.')
      },
    })
    const { document } = await run(activities)
    expect([...seen].sort()).toEqual(['close', 'prune inn', 'prune shop', 'purge inn', 'purge shop'])
    expect(document.projects[0]?.duties.drift?.problems).toEqual([
      { subject: 'duty drift', error_code: 'PROJECT_NOT_FOUND', error: 'It is archived.' },
    ])
    expect(document.left).toBe(2)
  })

  test('of one operation does nothing else', async () => {
    const { activities, seen } = fakes({
      openReconcile: async () => ({ projects: [{ project: 'shop', operations: true, repairs: true, tenants: true }] }),
    })
    await run(activities, { project: 'shop', operation: 'op' })
    expect(seen).toEqual(['revive shop', 'close'])
  })

  test('begins no further project after eight minutes, and says how many it had no time for', async () => {
    const projects = Array.from({ length: 20 }, (_, n) => idle(`p${n}`))
    let tries = 0
    const { activities } = fakes({
      openReconcile: async () => ({ projects }),
      pruneHistory: async () => {
        tries += 1
        // Until the limit on all of its tries: time skips meanwhile.
        if (tries % 3 !== 0) throw failure('Unexpected', 'UNEXPECTED', 'not now', false)
        await environment.sleep('3 minutes')
        return NOTHING
      },
    })
    const { document } = await run(activities)
    expect(document.projects_looked_at).toBeLessThan(6)
    expect(document.projects_looked_at + document.projects_left_out).toBe(20)
  })

  test('with many projects goes on as new, and tells of all', async () => {
    const { activities, seen } = fakes({
      openReconcile: async () => ({ projects: Array.from({ length: 120 }, (_, n) => idle(`p${n}`)) }),
      purgePastHold: async ({ project }) => (project === 'p3' ? resultOf(1, 1, []) : NOTHING),
    })
    const { document, events } = await run(activities)
    expect(document).toMatchObject({ projects_looked_at: 120, done: 1, projects: [{ project: 'p3' }] })
    expect(events).toBeLessThan(1_200)
    expect(seen.filter((each) => each === 'close').length).toBeGreaterThan(1)
  }, 60_000)
})
