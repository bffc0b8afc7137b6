/** Targets, cohorts of them, and how work on them ends. */
import type { Direction } from './ids.ts'

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
  readonly scope: string
  readonly errorType: string
  readonly errorCode: string
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

/** Which tenants a listing means: those to bring forward, or those whose forward work may have started. */
export type TenantSelection = 'behind' | 'started'

export interface TargetWork {
  readonly operationId: string
  readonly planHash: string
  readonly target: Target
  readonly epoch: number
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
  readonly direction: Direction
  readonly cohort: Cohort
  /** Tenants in flight at once. */
  readonly window: number
}

export interface CohortResult {
  readonly succeeded: number
  readonly failed: number
  /** True when nothing new was started after a failure, so that tenants were left out. */
  readonly stopped: boolean
  /** At most 100; `failed` counts all. */
  readonly problems: TargetProblem[]
}

/** Input of the child workflow `applyToTenant`. */
export interface ApplyToTenantInput {
  readonly project: string
  readonly operationId: string
  readonly planHash: string
  readonly direction: Direction
  readonly target: Target
  /** For `compensate`; forward work gets its epoch from the catalog. */
  readonly epoch: number
}

/** A child never fails for a reason that concerns one tenant: its outcome is data. */
export type TenantResult =
  | { readonly outcome: 'succeeded'; readonly touched: boolean; readonly setAside: readonly string[] }
  | { readonly outcome: 'failed'; readonly problem: TargetProblem }

export interface ProvisionInput {
  readonly project: string
  /** Empty for the base. */
  readonly scope: string
  readonly server: string
  readonly namespace: string
  readonly actor: string
}
