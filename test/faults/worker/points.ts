/** The points of operations, counted kind by kind, and the end of the process when every operation stands at its own. */
import { appendFileSync } from 'node:fs'
import { reportedLines } from '../reports.ts'
import type { FaultPlan } from './faultPlan.ts'

const ENDED = 'ended'

/** What is known of a point beside its kind. */
export interface PassOptions {
  /** Two points of one kind and one identity are one point, tried again: it is counted once. */
  readonly identity: string
  /** Runs before the operation stands still. */
  readonly fall?: () => void
}

/** Passes the points of one worker process. */
export interface Points {
  /**
   * Goes on at once, unless the operation's time has come: then this never returns, nor does any later point of it, and
   * once that is so for all operations of the plan the process kills itself.
   */
  readonly pass: (operationId: string, kind: string, options: PassOptions) => Promise<void>
  /** Whether the operation has come to its point, or to its end before it. */
  readonly stands: (operationId: string) => boolean
  /** The operation has no more points: that is on record with the number 0. */
  readonly over: (operationId: string) => Promise<void>
  readonly failed: (operationId: string, name: string, error: unknown) => void
}

/** Counts from 1 for each operation and kind, and goes on where the report ends. */
export function createPoints({
  points,
  reportPath,
  signal,
}: Pick<FaultPlan, 'points' | 'reportPath' | 'signal'>): Points {
  const count = createCount()
  for (const { operationId, nth, kind, identity } of reportedLines(reportPath)) {
    if (nth !== null && nth > 0) count(`${operationId}\t${kind}`, identity)
  }
  const still = new Set<string>()
  const note = (operationId: string, nth: number | '', kind: string, identity = ''): void =>
    appendFileSync(reportPath, `${operationId}\t${nth}\t${kind}\t${identity}\n`)
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
    pass: async (operationId, kind, { identity, fall }) => {
      if (still.has(operationId)) return await stand(operationId, fall)
      const nth = count(`${operationId}\t${kind}`, identity)
      note(operationId, nth ?? '', kind, identity)
      const point = points[operationId]
      if (point?.kind === kind && point.nth === nth) await stand(operationId, fall)
    },
    stands: (operationId) => still.has(operationId),
    failed: (operationId, name, error) => {
      const { code } = error as { code?: unknown }
      note(operationId, '', `${name} failed: ${String(code)}`)
    },
    over: async (operationId) => {
      note(operationId, 0, ENDED)
      if (points[operationId] !== undefined) await stand(operationId)
    },
  }
}

/** Counts what comes under one key; null for what came before. */
function createCount(): (key: string, identity: string) => number | null {
  const counts = new Map<string, number>()
  const known = new Set<string>()
  return (key, identity) => {
    const whole = `${key}\t${identity}`
    if (known.has(whole)) return null
    known.add(whole)
    const nth = (counts.get(key) ?? 0) + 1
    counts.set(key, nth)
    return nth
  }
}
