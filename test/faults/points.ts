/** The numbered points of operations, and the end of the process when every operation stands at its own. */
import { appendFileSync } from 'node:fs'
import type { FaultPlan } from './faultPlan.ts'

/** Passes the points of one worker process. */
export interface Points {
  /**
   * Goes on at once, unless the operation's time has come: then this never returns, nor does any later point of it, and
   * once that is so for all operations of the plan the process kills itself. `fall` runs before it stands still.
   */
  readonly pass: (operationId: string, name: string, fall?: () => void) => Promise<void>
  /** Whether the operation has come to its point, or to its end before it. */
  readonly stands: (operationId: string) => boolean
  /** The operation has no more points; one that did not come to its own is on record with the number 0. */
  readonly over: (operationId: string) => Promise<void>
  readonly failed: (operationId: string, name: string, error: unknown) => void
}

/** Counts from 1 for each operation. */
export function createPoints({
  points,
  reportPath,
  signal,
}: Pick<FaultPlan, 'points' | 'reportPath' | 'signal'>): Points {
  const passed = new Map<string, number>()
  const still = new Set<string>()
  const note = (operationId: string, number: number, name: string): void =>
    appendFileSync(reportPath, `${operationId}\t${number}\t${name}\n`)
  const stand = async (operationId: string, fall?: () => void): Promise<void> => {
    if (signal === 'SIGSTOP') {
      process.kill(process.pid, signal)
      return
    }
    still.add(operationId)
    // Nobody hears of it, no session is closed by us, no handler runs.
    if (still.size === Object.keys(points).length) process.kill(process.pid, 'SIGKILL')
    fall?.()
    await new Promise<never>(() => {})
  }
  return {
    pass: async (operationId, name, fall) => {
      if (still.has(operationId)) return await stand(operationId, fall)
      const number = (passed.get(operationId) ?? 0) + 1
      passed.set(operationId, number)
      note(operationId, number, name)
      if (number === points[operationId]) await stand(operationId, fall)
    },
    stands: (operationId) => still.has(operationId),
    failed: (operationId, name, error) => {
      const { code } = error as { code?: unknown }
      appendFileSync(reportPath, `${operationId}\t\t${name} failed: ${String(code)}\n`)
    },
    over: async (operationId) => {
      if (points[operationId] === undefined) return
      note(operationId, 0, 'ended before its point')
      await stand(operationId)
    },
  }
}
