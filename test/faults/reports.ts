/** What faulty workers wrote down: the points of each operation, and the activities that failed. */
import { existsSync, readFileSync } from 'node:fs'
import type { FaultPlan, Point } from './worker/faultPlan.ts'

/** The points that were passed or reached, operation by operation, in their order. */
export function reportedPoints(reportPath: string): Map<string, Point[]> {
  const points = new Map<string, Point[]>()
  for (const [operationId = '', nth = '', kind = ''] of linesOf(reportPath)) {
    if (nth === '') continue
    const reported = points.get(operationId) ?? []
    reported.push({ kind, nth: Number(nth) })
    points.set(operationId, reported)
  }
  return points
}

/** The activities of an operation that failed, each with its code: `applyToTarget failed: STALE_EPOCH`. */
export function reportedFailures(reportPath: string, operationId: string): string[] {
  const lines = linesOf(reportPath).filter(([of, nth]) => of === operationId && nth === '')
  return lines.map(([, , what = '']) => what).filter((what) => what.includes(' failed: '))
}

/** The last point of an operation, and whether it stands still there: at the point of the plan, or at its end before it. */
export function lastPoint({ points, reportPath }: FaultPlan, operationId: string): Point & { stands: boolean } {
  const { kind, nth } = reportedPoints(reportPath).get(operationId)?.at(-1) ?? { kind: 'nowhere', nth: -1 }
  const doomed = points[operationId]
  return { kind, nth, stands: nth === 0 || (kind === doomed?.kind && nth === doomed.nth) }
}

function linesOf(reportPath: string): string[][] {
  if (!existsSync(reportPath)) return []
  return readFileSync(reportPath, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split('\t'))
}
