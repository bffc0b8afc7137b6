/** The activities as workflows know them. */
import type { OperationDocument } from './documents.ts'
import type { ApplySchemaMutationInput, OperationOptions, TenantCounts, Turn } from './messages.ts'
import type { StepKey, StepState } from './states.ts'
import type { SweepActivities } from './sweep.ts'
import type {
  AppliedTarget,
  Cohort,
  CompensatedTarget,
  ProvisionInput,
  Target,
  TargetProblem,
  TargetWork,
  TenantSelection,
} from './targets.ts'

/** What the first activity found out. */
export interface OpenedOperation {
  readonly type: string
  readonly attempt: number
  /** Counts the runs of this operation's workflow; part of the children's ids. */
  readonly start: number
  readonly options: OperationOptions
  readonly base: Target | null
  /** One line for the Web UI, for example `add_field food.price`. */
  readonly summary: string
}

/** The plan as history shows it: the SQL once, capped, with the hash for the rest. */
export interface PlannedOperation {
  readonly hash: string
  readonly baseRevision: number
  readonly nextRevision: number
  readonly unchanged: boolean
  readonly tenants: number
  readonly forwardSql: readonly string[]
  readonly compensationSql: readonly string[]
  readonly sqlLeftOut: number
  /** Whether there is something to remove on the targets once the schema is durable; absent means no. */
  readonly settles?: boolean
  readonly hazards: readonly { readonly name: string; readonly detail: string }[]
}

export interface StepRecord {
  readonly operationId: string
  readonly key: StepKey
  /** Empty for the aggregate and for the base. */
  readonly scope: string
  readonly state: StepState
  readonly error?: string
  readonly errorCode?: string
}

export interface PersistOutcome {
  readonly persisted: boolean
  /** Active tenants that are not at the new revision yet; the closing sweep runs again when there are any. */
  readonly behind: number
}

/** Activities which read and write the catalog; retried until it answers. */
export interface CatalogActivities {
  openOperation(
    input: ApplySchemaMutationInput & { workflowId: string; runId: string; firstRunId: string },
  ): Promise<OpenedOperation>
  takeTurn(input: { operationId: string; runId: string }): Promise<Turn>
  planOperation(input: { operationId: string }): Promise<PlannedOperation>
  recordStep(input: StepRecord): Promise<void>
  /**
   * A target's undo is done. `touched`: its step becomes `compensated` and keeps its error. Otherwise only a tombstone
   * was left: `failed` stays, anything else becomes `compensated` with the remark that nothing had run here.
   */
  recordUndone(input: { operationId: string; key: StepKey; scope: string; touched: boolean }): Promise<void>
  /** Marks a target as running before its first effect, and hands out its epoch. */
  startTarget(input: { operationId: string; key: StepKey; scope: string }): Promise<{ epoch: number }>
  listCohorts(input: {
    operationId: string
    select: TenantSelection
    after: Cohort | null
    limit: number
    cohortSize: number
  }): Promise<{ cohorts: Cohort[] }>
  listCohortTargets(input: {
    operationId: string
    select: TenantSelection
    cohort: Cohort
  }): Promise<{ targets: (Target & { epoch: number })[] }>
  countTenants(input: { operationId: string }): Promise<TenantCounts>
  persistSchema(input: { operationId: string; attempt: number }): Promise<PersistOutcome>
  /** Durable before the first undo: from here on this attempt can never commit. */
  beginCompensation(input: { operationId: string; error: string; errorCode: string }): Promise<void>
  markNeedsRepair(input: { operationId: string; error: string; errorCode: string }): Promise<void>
  closeOperation(input: CloseOperation): Promise<void>
  /** Gives the turn back; `next` is the workflow to wake. */
  releaseTurn(input: { operationId: string }): Promise<{ next: string | null }>
  publishCache(input: { operationId: string }): Promise<{ generation: number }>
  readOperation(input: { operationId: string }): Promise<OperationDocument>
  audit(input: { operationId: string; actor: string; action: string; note?: string }): Promise<void>
}

export interface CloseOperation {
  readonly operationId: string
  readonly status: 'committed' | 'failed' | 'cancelled'
  readonly unchanged?: boolean
  readonly error?: string
  readonly errorCode?: string
}

/** Activities which work on targets. */
export interface TargetActivities {
  /**
   * Reads only, on the base and every active tenant: reachable, at the plan's revision, touched objects as expected.
   * Marks the record of every target that would not go through; returns their number and the first 100.
   */
  preflightTargets(input: {
    operationId: string
    planHash: string
  }): Promise<{ failed: number; problems: TargetProblem[] }>
  applyToTarget(input: TargetWork): Promise<AppliedTarget>
  compensateTarget(input: TargetWork): Promise<CompensatedTarget>
  /** Removes what the plan left on the target until nobody could go back; repeating it is harmless. */
  settleTarget(input: TargetWork): Promise<void>
  /** The same on the base and every active tenant; returns the number of those left, and the first 100. */
  settleTargets(input: { operationId: string; planHash: string }): Promise<{
    failed: number
    problems: TargetProblem[]
  }>
  afterCommit(input: { operationId: string }): Promise<void>
}

/** Activities of `provisionTenant`. */
export interface ProvisionActivities {
  /** Accepts the request and reserves the place; repeating it with the same input is harmless. */
  openProvisioning(input: ProvisionInput): Promise<{ target: Target }>
  /** Creates the namespace (or takes an empty one) with all tables at the current revision, in one transaction. */
  provisionTarget(input: { project: string; target: Target }): Promise<{ revision: number }>
  /** Activates the tenant if it is at the project's revision; otherwise says which operation it misses. */
  activateTarget(input: { project: string; target: Target; revision: number }): Promise<{
    active: boolean
    missing: { operationId: string; planHash: string; revision: number; settles?: boolean } | null
  }>
}

export type Activities = CatalogActivities & TargetActivities & ProvisionActivities & SweepActivities
