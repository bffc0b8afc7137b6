import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { WorkflowHandle } from '@temporalio/client'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { operationWorkflowId } from '../../src/contract.ts'
import { QUICK_HEARTBEAT_EVERY_MS } from '../fixtures/quickPolicies.ts'
import { createFleet } from '../whole/fleet.ts'
import { kill, ready, spawnProgram } from '../whole/realProgram.ts'
import { createStack, type Stack } from '../whole/stack.ts'
import type { FaultPlan } from './worker/faultPlan.ts'
import { faultyOptions } from './worker/faultyOptions.ts'
import { startFaultyWorker } from './workers.ts'

let stack: Stack
let folder: string
let worker: ChildProcess | undefined
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'schema-saga-noticed-'))
  stack = await createStack()
  const first = await stack.startWorker(faultyOptions(planOf({})))
  await createFleet(stack, 'diner', ['ada'])
  await first.stop()
}, 120_000)
afterAll(async () => {
  if (worker !== undefined) await kill(worker)
  await stack?.stop()
  await rm(folder, { recursive: true, force: true })
})

function planOf(points: FaultPlan['points']): FaultPlan {
  return {
    points,
    messages: false,
    signal: 'SIGKILL',
    catalogDatabase: '',
    workflowBundlePath: inject('quickWorkflowBundlePath'),
    heartbeatEveryMs: QUICK_HEARTBEAT_EVERY_MS,
    reportPath: join(folder, 'points.tsv'),
  }
}

/** The command `worker` with a bundle that was made before. */
async function startBundledWorker(): Promise<ChildProcess> {
  const bundle = { SCHEMA_SAGA_WORKFLOW_BUNDLE: inject('quickWorkflowBundlePath') }
  return await ready(spawnProgram(['worker'], folder, { ...stack.env, ...bundle }))
}

/** The time limit of one try, in seconds, as the history has it. */
async function limitOf(handle: WorkflowHandle, activity: string): Promise<number> {
  const { events } = await handle.fetchHistory()
  const scheduled = events?.map((event) => event.activityTaskScheduledEventAttributes)
  return Number(
    scheduled?.find((attributes) => attributes?.activityType?.name === activity)?.startToCloseTimeout?.seconds,
  )
}

describe('the quick policies', () => {
  test('let a killed worker be noticed within seconds, and a spawned worker takes their bundle from its environment', async () => {
    const doomed = await startFaultyWorker(stack.env, planOf({ guest: { kind: 'before applyToTarget', nth: 1 } }))
    const killed = once(doomed, 'exit')
    await stack.client.apply('diner', { type: 'create_model', name: 'guest' }, { operationId: 'guest' })
    await killed
    const since = Date.now()
    const handle = stack.temporal.workflow.getHandle(operationWorkflowId('diner', 'guest'))
    const missed = async () => (await handle.describe()).raw.pendingActivities?.[0]?.lastFailure?.message
    await expect.poll(missed, { timeout: 30_000 }).toBe('activity Heartbeat timeout')
    // In production it is not noticed before 15 s have passed.
    expect(Date.now() - since).toBeLessThan(10_000)

    worker = await startBundledWorker()
    expect(await handle.result()).toMatchObject({ operation: { status: 'committed' } })
    // Scheduled by the second worker; in production the limit is 60 s.
    expect(await limitOf(handle, 'afterCommit')).toBe(3)
  }, 120_000)
})
