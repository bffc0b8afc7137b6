/** The sweep: one activity that brings a whole cohort forward or back. */
import type { Direction } from './ids.ts'
import type { CountedTenants } from './messages.ts'
import type { Cohort, Patience } from './targets.ts'

/** What one sweep is to do. */
export interface SweepWork {
  readonly operationId: string
  readonly planHash: string
  readonly direction: Direction
  readonly cohort: Cohort
  /** Up to which wave tenants take part, or null for all. */
  readonly wave: number | null
  /** Sessions of this sweep in flight at once. */
  readonly sessions: number
  /** Start nothing new once a target has failed for a reason that trying again cannot cure. */
  readonly stopAtFailure: boolean
  /** How long a server that is away as a whole is tried; absent means long. */
  readonly patience?: Patience
}

/** How a sweep ended; tenants that left the operation meanwhile (skipped, not active any more) are in none of these. */
export interface SweepResult {
  readonly succeeded: number
  /** The ids of tenants that did not come through this time: each is for a child workflow, with retries. */
  readonly exceptions: readonly string[]
  /** Tenants that were not tried, because the sweep stopped at a failure, or at the hundredth one. */
  readonly notTried: number
  /** The tenants of the operation, by the sweep behind which nobody is left to bring forward; absent of any other. */
  readonly counted?: CountedTenants
}

/** Whether all tenants of the cohort came through. */
export function leavesNothing({ exceptions, notTried }: SweepResult): boolean {
  return exceptions.length === 0 && notTried === 0
}

/**
 * How the sweep of a cohort ended. `unreachable`: the server as a whole was away for longer than it is waited for.
 * `failed`: the activity itself failed, for that reason; what of its tenants is done, their markers say.
 */
export type Swept = SweepResult | { readonly unreachable: true } | { readonly failed: SweepFailure }

/** Why a sweep ended before its cohort did. */
export interface SweepFailure {
  readonly type: string
  readonly code: string
  readonly message: string
}

/** What a running sweep reports with its heartbeats. */
export interface SweepCounts {
  readonly succeeded: number
  readonly exceptions: number
  readonly left: number
}

/** The activity of a sweep. */
export interface SweepActivities {
  /**
   * Works on all tenants of a cohort with one transaction per tenant and stage, and records what was done. A try that
   * follows one that died goes on where it stopped. Errors: `TargetUnreachable` when the server as a whole is away.
   */
  sweepCohort(input: SweepWork): Promise<SweepResult>
}
