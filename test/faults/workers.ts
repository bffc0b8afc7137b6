/** Faulty workers as processes, and what they reported. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Stack } from '../whole/stack.ts'
import { FAULT_PLAN, type FaultPlan } from './faultPlan.ts'
import { type Begun, waitedFor } from './waitedFor.ts'

const ENTRY = fileURLToPath(new URL('./faultyWorker.ts', import.meta.url))

/** Starts a worker of that plan and waits until it takes work. */
export async function startFaultyWorker(env: Record<string, string>, plan: FaultPlan): Promise<ChildProcess> {
  const { PATH = '', HOME = '' } = process.env
  const child = spawn(process.execPath, ['--import', 'tsx', ENTRY], {
    env: { PATH, HOME, ...env, [FAULT_PLAN]: JSON.stringify(plan) },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  if (child.stdout === null) throw new Error('The worker has no output.')
  for await (const line of createInterface({ input: child.stdout })) if (line === 'worker is ready') return child
  throw new Error('The worker ended before it was ready.')
}

const LOOK_EVERY_MS = 500

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

/** `op-7 at 12 of 31 (applyToTarget: before a message): 40 events`, for each operation that does not stand still. */
async function onTheirWay(stack: Stack, plan: FaultPlan, begun: readonly Begun[]): Promise<string> {
  const each = begun.map(async (operation) => {
    const { operationId } = operation
    const { number, name, stands } = lastPoint(plan, operationId)
    if (stands) return []
    return [
      `${operationId} at ${number} of ${plan.points[operationId]} (${name}): ${await waitedFor(stack, operation)}`,
    ]
  })
  return (await Promise.all(each)).flat().join(', ')
}

function lastPoint({ points, reportPath }: FaultPlan, operationId: string) {
  const { number = -1, name = 'nowhere' } = reportedPoints(reportPath).get(operationId)?.at(-1) ?? {}
  return { number, name, stands: number === 0 || number === points[operationId] }
}

/** Ends a worker as the kernel does. */
export async function kill(worker: ChildProcess): Promise<void> {
  if (hasEnded(worker)) return
  worker.kill('SIGKILL')
  await once(worker, 'exit')
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null
}

/** The points that were passed or reached, operation by operation, in their order. */
export function reportedPoints(reportPath: string): Map<string, { number: number; name: string }[]> {
  const points = new Map<string, { number: number; name: string }[]>()
  for (const [operationId = '', number = '', name = ''] of linesOf(reportPath)) {
    if (number === '') continue
    points.set(operationId, [...(points.get(operationId) ?? []), { number: Number(number), name }])
  }
  return points
}

/** The activities of an operation that failed, each with its code: `applyToTarget failed: STALE_EPOCH`. */
export function reportedFailures(reportPath: string, operationId: string): string[] {
  const failures = linesOf(reportPath).filter(([of, number]) => of === operationId && number === '')
  return failures.map(([, , name = '']) => name)
}

function linesOf(reportPath: string): string[][] {
  if (!existsSync(reportPath)) return []
  return readFileSync(reportPath, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split('\t'))
}
