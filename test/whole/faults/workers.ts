/** Faulty workers as processes, and what they reported. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { FAULT_PLAN, type FaultPlan } from './faultPlan.ts'

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

/** Waits until a worker has killed itself; when it is too late for that, tells the operations it still waits for. */
export async function untilKilled(worker: ChildProcess, plan: FaultPlan, late: AbortSignal): Promise<void> {
  if (worker.exitCode === null && worker.signalCode === null) {
    await once(worker, 'exit', { signal: late }).catch((error: unknown) => {
      if (!late.aborted) throw error
      throw new Error(`The worker still waits for ${onTheirWay(plan)}.`)
    })
  }
  if (worker.signalCode !== 'SIGKILL') throw new Error(`The worker ended with ${worker.exitCode}, not at its points.`)
}

/** `op-7 at 12 of 31 (applyToTarget: before a message)`, for each operation that does not stand still. */
function onTheirWay({ points, reportPath }: FaultPlan): string {
  const reached = reportedPoints(reportPath)
  const each = Object.entries(points).flatMap(([operationId, point]) => {
    const { number = -1, name = 'nowhere' } = reached.get(operationId)?.at(-1) ?? {}
    return number === point || number === 0 ? [] : [`${operationId} at ${number} of ${point} (${name})`]
  })
  return each.join(', ')
}

/** Ends a worker as the kernel does. */
export async function kill(worker: ChildProcess): Promise<void> {
  if (worker.exitCode !== null || worker.signalCode !== null) return
  worker.kill('SIGKILL')
  await once(worker, 'exit')
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
