/** One activity for a whole cohort. */
import type { Direction } from './ids.ts'
import type { Cohort } from './targets.ts'

/** The input of `sweepCohort`. */
export interface SweepWork {
  readonly operationId: string
  readonly planHash: string
  readonly direction: Direction
  readonly cohort: Cohort
  /** Up to which wave tenants take part; null: all. */
  readonly wave: number | null
  /** Sessions in flight at once, of this sweep. */
  readonly sessions: number
  /** Start nothing new after the first failure that trying again cannot cure. */
  readonly stopAtFailure: boolean
}

/** How a sweep ended. */
export interface SweepResult {
  readonly succeeded: number
  /** Tenants that did not come through this time; each gets a child workflow with retries of its own. */
  readonly exceptions: readonly string[]
  readonly notTried: number
}

export interface SweepActivities {
  sweepCohort(work: SweepWork): Promise<SweepResult>
}
