/** Targets, cohorts of them, and how work on them ends. */

import type { CohortWork } from './ids.ts'
import type { CountedTenants } from './messages.ts'
import type { OutcomePolicy } from './states.ts'
import type { Swept } from './sweep.ts'

/** One place where DDL runs: the base (scope empty) or a tenant. Servers are names; connection strings stay in the worker. */
export interface Target {
  readonly scope: string
  readonly server: string
  readonly namespace: string
  /** Taken anew by each provisioning, so that a namespace made again never inherits markers. */
  readonly incarnation: string
}

/** A target that did not come through, with the reason in words and in code. */
export interface TargetProblem {
  /** The tenant; empty for the base. */
  readonly scope: string
  /** The name of the error's class. */
  readonly errorType: string
  /** One of docs/errors.md. */
  readonly errorCode: string
  /** What is wrong, in a sentence. */
  readonly error: string
}

/** Tenants of one server in id order: those after `after` up to and including `upTo`. */
export interface Cohort {
  /** For the workflow id: `<server>-<number>`. */
  readonly name: string
  readonly server: string
  readonly after: string
  readonly upTo: string
  readonly size: number
  readonly maxSessions: number
}

/** Which part of a listing is wanted: `limit` cohorts of `cohortSize` tenants at most; up to a wave, if there is one. */
export interface CohortPage {
  readonly limit: number
  readonly cohortSize: number
  readonly wave?: number
}

/** Which tenants a listing means: those to bring forward, those whose forward work may have started, or those that failed. */
export type TenantSelection = 'behind' | 'started' | 'failed'

/**
 * How long what retrying can cure is tried: `long` (10 min), `short` (2 min for locks, 1 min for servers), or `once`.
 * Absent means long.
 */
export type Patience = 'long' | 'short' | 'once'

export interface TargetWork {
  readonly operationId: string
  readonly planHash: string
  readonly target: Target
  readonly epoch: number
  readonly patience?: Patience
  /** The step of the target whose success the activity records; absent: its workflow does. */
  readonly records?: 'base_project_ddl' | 'tenant_ddl'
}

/** How a target's stages ended. */
export interface AppliedTarget {
  /** Stages whose DDL this try ran; the others had been applied by an earlier try. */
  readonly stagesRun: number
  readonly stagesFoundApplied: number
}

export interface CompensatedTarget {
  /** True when DDL had run here and was undone; false when only tombstones were left. */
  readonly touched: boolean
  /** Created objects that somebody had put data into, and which were therefore set aside instead of dropped. */
  readonly setAside: readonly string[]
}

/** Input of the child workflow `applyToCohort`. */
export interface ApplyToCohortInput {
  readonly project: string
  readonly operationId: string
  readonly planHash: string
  /** The operation's start counter, with the round behind a dot from the second round on: `1`, `1.2`. */
  readonly start: string
  readonly direction: CohortWork
  readonly cohort: Cohort
  /** Tenants in flight at once. */
  readonly window: number
  /** Absent in work that is not to go on after a tenant failed for good. */
  readonly policy?: OutcomePolicy
  /** Up to which wave tenants take part; absent: all. */
  readonly wave?: number
  /** One activity for the whole cohort first; tenants that it leaves get a child each. */
  readonly sweep?: boolean
  /** The first sweep of the cohort, when it is over already. */
  readonly swept?: Swept
  readonly paused?: boolean
  /** Who decided to leave these tenants behind, and why. */
  readonly parkedBy?: { readonly actor: string; readonly note: string }
  /** What an earlier run of this cohort counted before it continued as new. */
  readonly soFar?: CohortResult
  /** Tenants that an earlier run of this cohort's sweep left. */
  readonly left?: readonly string[]
}

export interface CohortResult {
  readonly succeeded: number
  readonly failed: number
  /** At most 100; `failed` counts all. */
  readonly problems: TargetProblem[]
  /** What its sweep has counted, if that was the last one of all. */
  readonly counted?: CountedTenants
}

/** Input of the child workflow `applyToTenant`. */
export interface ApplyToTenantInput {
  readonly project: string
  readonly operationId: string
  readonly planHash: string
  readonly direction: CohortWork
  readonly target: Target
  /** For `compensate` and `park`; forward work gets its epoch from the catalog. */
  readonly epoch: number
  readonly policy?: OutcomePolicy
  readonly patience?: Patience
  readonly parkedBy?: { readonly actor: string; readonly note: string }
}

/** A child never fails for a reason that concerns one tenant: its outcome is data. */
export type TenantResult =
  | { readonly outcome: 'succeeded'; readonly touched: boolean; readonly setAside: readonly string[] }
  | { readonly outcome: 'failed'; readonly problem: TargetProblem }
  | { readonly outcome: 'parked'; readonly problem: TargetProblem }
  | { readonly outcome: 'skipped' }

export interface ProvisionInput {
  readonly project: string
  /** Empty for the base. */
  readonly scope: string
  readonly server: string
  readonly namespace: string
  readonly actor: string
}
