/** Faulty workers as processes that die, and what is waited for meanwhile. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { inject } from 'vitest'
import { programPath } from '../fixtures/programBundles.ts'
import type { Stack } from '../whole/stack.ts'
import { lastPoint } from './reports.ts'
import { type Begun, waitedFor } from './waitedFor.ts'
import { FAULT_PLAN, type FaultPlan } from './worker/faultPlan.ts'

/** Starts a worker of that plan and waits until it takes work. */
export async function startFaultyWorker(env: Stack['env'], plan: FaultPlan): Promise<ChildProcess> {
  const { PATH = '', HOME = '' } = process.env
  const child = spawn(process.execPath, [programPath(inject('programFolder'), 'faultyWorker')], {
    env: { PATH, HOME, ...env, [FAULT_PLAN]: JSON.stringify(plan) },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  if (child.stdout === null) throw new Error('The worker has no output.')
  for await (const line of createInterface({ input: child.stdout })) if (line === 'worker is ready') return child
  throw new Error('The worker ended before it was ready.')
}

const LOOK_EVERY_MS = 250

/** Operations under a worker that dies at their points, for as long as it is waited for. */
export interface Doomed {
  readonly worker: ChildProcess
  readonly plan: FaultPlan
  readonly begun: readonly Begun[]
  readonly late: AbortSignal
}

/** Waits until an operation stands at its point, has ended before it, or it is too late for that. */
export async function untilStanding({ worker, plan, late }: Doomed, operationId: string): Promise<void> {
  while (!hasEnded(worker) && !late.aborted && !lastPoint(plan, operationId).stands) await sleep(LOOK_EVERY_MS)
}

/** Waits until a worker has killed itself; when it is too late for that, tells the operations it still waits for. */
export async function untilKilled(stack: Stack, { worker, plan, begun, late }: Doomed): Promise<void> {
  if (!hasEnded(worker)) {
    await once(worker, 'exit', { signal: late }).catch(async (error: unknown) => {
      if (!late.aborted) throw error
      throw new Error(`The worker still waits for ${await onTheirWay(stack, plan, begun)}.`)
    })
  }
  if (worker.signalCode !== 'SIGKILL') throw new Error(`The worker ended with ${worker.exitCode}, not at its points.`)
}

/** `op-7 at applyToTarget: before a message 12 on its way to after readOperation 1: 40 events`, for each that does not stand still. */
async function onTheirWay(stack: Stack, plan: FaultPlan, begun: readonly Begun[]): Promise<string> {
  const each = begun.map(async (operation) => {
    const { operationId } = operation
    const { kind, nth, stands } = lastPoint(plan, operationId)
    if (stands) return []
    const doomed = plan.points[operationId]
    const way = `at ${kind} ${nth} on its way to ${doomed?.kind} ${doomed?.nth}`
    return [`${operationId} ${way}: ${await waitedFor(stack, operation)}`]
  })
  return (await Promise.all(each)).flat().join(', ')
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null
}
