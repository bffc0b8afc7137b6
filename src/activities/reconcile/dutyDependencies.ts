/** What the reconciler's duties work with. */
import type { ReconcileProblem } from '../../contract/reconcile.ts'
import { SagaError } from '../../errors.ts'
import type { ActivityDependencies } from '../dependencies.ts'
import type { FleetRuns } from '../fleet/fleetRuns.ts'

/** The resources of all duties. */
export interface DutyDependencies extends ActivityDependencies {
  readonly fleetRuns: FleetRuns
  readonly signal?: AbortSignal
}

/** Why something is left; an error that is none of ours keeps its text to itself, because it may hold customers' data. */
export function problemWith(subject: string, error: unknown): ReconcileProblem {
  if (error instanceof SagaError) return { subject, error_code: error.code, error: error.message }
  return { subject, error_code: 'UNEXPECTED', error: "It failed unexpectedly; the worker's log has the details." }
}

/** How people name a target. */
export function subjectOf(scope: string): string {
  return scope === '' ? 'base' : `tenant ${scope}`
}
