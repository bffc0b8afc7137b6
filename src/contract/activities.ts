/** The activities as workflows know them. */
import type { OperationDocument } from './documents.ts'
import type { FleetActivities } from './fleet.ts'
import type { TenantListActivities } from './hooks/tenantList.ts'
import type { CountedTenants, Turn } from './messages.ts'
import type {
  CloseOperation,
  OpenedOperation,
  OwnRecord,
  PersistOutcome,
  PlannedOperation,
  StepRecord,
} from './operationSteps.ts'
import type { PolicyActivities } from './policies.ts'
import type { ReconcileActivities } from './reconcile.ts'
import type { SetAsideActivities } from './setAside.ts'
import type { StepKey } from './states.ts'
import type { ApplySchemaMutationInput } from './submission.ts'
import type { SweepActivities } from './sweep.ts'
import type {
  AppliedTarget,
  Cohort,
  CohortPage,
  CompensatedTarget,
  Patience,
  ProvisionInput,
  Target,
  TargetProblem,
  TargetWork,
  TenantSelection,
} from './targets.ts'
import type { TenantActivities } from './tenants/catchingUp.ts'
import type { CatchUpTenantsActivities, ProvisionTenantsActivities } from './tenants/manyTenants.ts'

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
  recordUndone(input: {
    operationId: string
    key: StepKey
    scope: string
    touched: boolean
    epoch?: number
  }): Promise<void>
  /** Marks a target as running before its first effect, and hands out its epoch; `skipped` when it is left out. */
  startTarget(input: {
    operationId: string
    key: StepKey
    scope: string
  }): Promise<{ epoch: number; skipped?: boolean }>
  listCohorts(
    input: { operationId: string; select: TenantSelection; after: Cohort | null } & CohortPage,
  ): Promise<{ cohorts: Cohort[] }>
  /** Asked for those that are behind, it also begins the tenants' step. */
  listCohortTargets(input: {
    operationId: string
    select: TenantSelection
    cohort: Cohort
    wave?: number
    /** Only these. */
    among?: readonly string[]
  }): Promise<{ targets: (Target & { epoch: number })[] }>
  countTenants(input: { operationId: string }): Promise<CountedTenants>
  persistSchema(input: { operationId: string; attempt: number }): Promise<PersistOutcome>
  /** Durable before the first undo: from here on this attempt can never commit. */
  beginCompensation(input: {
    operationId: string
    error: string
    errorCode: string
    errorType?: string
    endsAs?: 'failed' | 'cancelled'
  }): Promise<void>
  /** `held`: a person decides whether it goes forward; otherwise its undo, or its cache, waits for one. */
  markNeedsRepair(input: {
    operationId: string
    error: string
    errorCode: string
    held?: boolean
    /** Failed and parked tenants at which a wave was halted last. */
    haltedAt?: number
  }): Promise<void>
  closeOperation(input: CloseOperation): Promise<void>
  /** Gives the turn back; `next` is the workflow to wake. */
  releaseTurn(input: { operationId: string }): Promise<{ next: string | null }>
  publishCache(input: { operationId: string }): Promise<{ generation: number } & OwnRecord>
  readOperation(input: { operationId: string }): Promise<OperationDocument>
  audit(input: { operationId: string; actor: string; action: string; note?: string }): Promise<void>
  /** How many tenants are worked on at once, for the runs that come after this one. */
  setParallelism(input: { operationId: string; parallel: number; actor: string; note: string }): Promise<void>
  setPaused(input: { operationId: string; paused: boolean; actor: string; note?: string }): Promise<void>
}

/** Activities which work on targets. */
export interface TargetActivities {
  /**
   * Reads only, on the base and every active tenant: reachable, at the plan's revision, touched objects as expected.
   * Marks the record of every target that would not go through; returns their number and the first 100. When there are
   * none, it also returns the first cohorts, if they were asked for. `hazards`: what was found of the application's code.
   */
  preflightTargets(input: {
    operationId: string
    planHash: string
    patience?: Patience
    cohorts?: CohortPage
  }): Promise<
    {
      failed: number
      problems: TargetProblem[]
      hazards?: readonly { readonly name: string; readonly detail: string }[]
      cohorts?: Cohort[]
    } & OwnRecord
  >
  /** As `planOperation`, for what is proven on the base first, which may take as long as work on a target. */
  proveAndPlan(input: { operationId: string }): Promise<PlannedOperation>
  applyToTarget(input: TargetWork): Promise<AppliedTarget & OwnRecord>
  compensateTarget(input: TargetWork): Promise<CompensatedTarget>
  /**
   * Removes what the plan left, until nobody could go back, on the base and every active tenant; returns the number of those
   * left, and the first 100. Repeating it is harmless.
   */
  settleTargets(input: { operationId: string; planHash: string }): Promise<{
    failed: number
    problems: TargetProblem[]
  }>
  afterCommit(input: { operationId: string }): Promise<void>
  /** Marks what the operation left on the target as accepted, so that nothing undoes it later. */
  acceptTarget(input: TargetWork): Promise<void>
  /** The same on all targets that were accepted, however many; those out of reach say so before any later work there. */
  markAccepted(input: { operationId: string; planHash: string }): Promise<{ marked: number; left: number }>
}

/** Activities of `provisionTenant`. */
export interface ProvisionActivities {
  /** Accepts the request and reserves the place; repeating it with the same input is harmless. */
  openProvisioning(input: ProvisionInput): Promise<{ target: Target }>
  /** Creates the namespace (or takes an empty one) with all tables at the current revision, in one transaction. */
  provisionTarget(input: { project: string; target: Target }): Promise<{ revision: number }>
  /** Leaves nothing of a tenant that could not be made; repeating it is harmless. */
  abandonProvisioning(input: { project: string; target: Target; actor: string; error: string }): Promise<void>
  /** Activates the tenant if it is at the project's revision, and no operation has to end first. */
  activateTarget(input: { project: string; target: Target; revision: number }): Promise<{ active: boolean }>
}

export type Activities = CatalogActivities & PolicyActivities & TargetActivities & ProvisionActivities & SweepActivities

/** Those of all workflows: what a worker offers. */
export type AllActivities = Activities &
  ProvisionTenantsActivities &
  CatchUpTenantsActivities &
  FleetActivities &
  SetAsideActivities &
  TenantActivities &
  TenantListActivities &
  ReconcileActivities
