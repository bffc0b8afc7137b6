/** What faulty workers wrote down: the points of each operation, and the activities that failed. */
import { existsSync, readFileSync } from 'node:fs'
import type { FaultPlan, Point } from './worker/faultPlan.ts'

/** The points that were passed or reached, operation by operation, in their order; its end is none. */
export function reportedPoints(reportPath: string): Map<string, Point[]> {
  const points = new Map<string, Point[]>()
  for (const { operationId, nth, kind } of reportedLines(reportPath)) {
    if (nth === null || nth === 0) continue
    const reported = points.get(operationId) ?? []
    reported.push({ kind, nth })
    points.set(operationId, reported)
  }
  return points
}

/** The activities of an operation that failed, each with its code: `applyToTarget failed: STALE_EPOCH`. */
export function reportedFailures(reportPath: string, operationId: string): string[] {
  const lines = reportedLines(reportPath).filter((line) => line.operationId === operationId && line.nth === null)
  return lines.map(({ kind }) => kind).filter((what) => what.includes(' failed: '))
}

/** The last point of an operation, and whether it stands still there: at the point of the plan, or at its end before it. */
export function lastPoint({ points, reportPath }: FaultPlan, operationId: string): Point & { stands: boolean } {
  const { kind, nth } = reportedPoints(reportPath).get(operationId)?.at(-1) ?? { kind: 'nowhere', nth: 0 }
  const doomed = points[operationId]
  const stands = kind === doomed?.kind && nth === doomed.nth
  return { kind, nth, stands: stands || endedOperations(reportPath).has(operationId) }
}

/** The operations that have come to their ends. */
export function endedOperations(reportPath: string): ReadonlySet<string> {
  const ends = reportedLines(reportPath).filter(({ nth }) => nth === 0)
  return new Set(ends.map(({ operationId }) => operationId))
}

/** A line of a report; `nth` is null for what is not counted. */
export interface ReportedLine {
  readonly operationId: string
  readonly nth: number | null
  readonly kind: string
  readonly identity: string
}

/** The whole lines of a report; none before its first worker. */
export function reportedLines(reportPath: string): ReportedLine[] {
  if (!existsSync(reportPath)) return []
  return readFileSync(reportPath, 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => {
      const [operationId = '', nth = '', kind = '', identity = ''] = line.split('\t')
      return { operationId, nth: nth === '' ? null : Number(nth), kind, identity }
    })
}
