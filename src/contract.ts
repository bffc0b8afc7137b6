/**
 * What client, worker and workflows agree on: ids, statuses, inputs, results, messages and the activities' types.
 * No value here may need Node or another package: workflow code imports this file.
 */

/** The task queue of workers and clients unless `SCHEMA_SAGA_TASK_QUEUE` says otherwise. */
export const DEFAULT_TASK_QUEUE = 'schema-saga'

/** Search attributes (type Keyword) that `init` registers once per Temporal namespace. */
export const SEARCH_ATTRIBUTES = {
  project: 'SchemaProject',
  type: 'SchemaOperationType',
  status: 'SchemaOperationStatus',
  tenant: 'SchemaTenant',
} as const

/** The workflow id of an operation; the first activity refuses any other, so two workflows never drive one operation. */
export function operationWorkflowId(project: string, operationId: string): string {
  return `schema/${project}/${operationId}`
}

/** The workflow id of a cohort; `start` makes it new for every attempt, every resume and every round. */
export function cohortWorkflowId(parent: string, start: string, direction: Direction, name: string): string {
  return `${parent}/${start}/${direction === 'forward' ? 'c' : 'undo-c'}/${name}`
}

/** The workflow id of one tenant's work: `schema/<project>/<operation>/<start>/t/<tenant>`. */
export function tenantWorkflowId(parent: string, start: string, direction: Direction, tenant: string): string {
  return `${parent}/${start}/${direction === 'forward' ? 't' : 'undo-t'}/${tenant}`
}

/** The workflow id under which a base or a tenant is provisioned. */
export function provisionWorkflowId(project: string, scope: string): string {
  return scope === BASE_SCOPE ? `provision/${project}` : `provision/${project}/t/${scope}`
}

/** The scope of the base in step records; a tenant's scope is its id. */
export const BASE_SCOPE = ''

export type Direction = 'forward' | 'compensate'

export const OPERATION_STATUSES = [
  'pending',
  'applying',
  'compensating',
  'committed',
  'failed',
  'cancelled',
  'needs_repair',
] as const
export type OperationStatus = (typeof OPERATION_STATUSES)[number]

/** Statuses from which an operation never moves by itself. */
export const FINAL_STATUSES: readonly OperationStatus[] = ['committed', 'failed', 'cancelled']

export const STEP_KEYS = [
  'preflight',
  'base_project_ddl',
  'tenant_ddl',
  'system_schema',
  'settle',
  'cache',
  'after_commit',
] as const
export type StepKey = (typeof STEP_KEYS)[number]

export type StepState = 'pending' | 'running' | 'succeeded' | 'failed' | 'compensated' | 'skipped' | 'parked'

export type TenantState = 'provisioning' | 'active' | 'parked' | 'suspended' | 'deleting'

/** What happens when a tenant fails for good. */
export type OutcomePolicy = 'compensate'

/** Choices of the person who submits; all have defaults. */
export interface OperationOptions {
  readonly onTenantFailure?: OutcomePolicy
  /** Tenants worked on at once, over all servers; default: each server's `max_sessions`. */
  readonly parallel?: number
  /** Refuse (`PLAN_CHANGED`) unless the plan has this hash. */
  readonly planHash?: string
}

/** The input of `applySchemaMutation`, which any Temporal client may send; parsed by the first activity. */
export interface ApplySchemaMutationInput {
  readonly project: string
  readonly operationId: string
  readonly mutation: unknown
  readonly options?: OperationOptions
  readonly actor?: string
}

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

/** Whose turn it is; `waitsFor` names the operation in front. */
export interface Turn {
  readonly taken: boolean
  readonly waitsFor: { readonly operationId: string; readonly status: OperationStatus; readonly since: string } | null
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
  readonly hazards: readonly { readonly name: string; readonly detail: string }[]
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

export interface StepRecord {
  readonly operationId: string
  readonly key: StepKey
  /** Empty for the aggregate and for the base. */
  readonly scope: string
  readonly state: StepState
  readonly error?: string
  readonly errorCode?: string
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
  afterCommit(input: { operationId: string }): Promise<void>
}

export interface TargetWork {
  readonly operationId: string
  readonly planHash: string
  readonly target: Target
  readonly epoch: number
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
    missing: { operationId: string; planHash: string; revision: number } | null
  }>
}

export interface ProvisionInput {
  readonly project: string
  /** Empty for the base. */
  readonly scope: string
  readonly server: string
  readonly namespace: string
  readonly actor: string
}

export type Activities = CatalogActivities & TargetActivities & ProvisionActivities

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

/** How many tenants are in which state of this operation. */
export interface TenantCounts {
  readonly total: number
  readonly succeeded: number
  readonly skipped: number
  readonly failed: number
  readonly parked: number
  readonly compensated: number
  readonly running: number
  readonly pending: number
}

/** The answer of the query `status`. */
export interface OperationProgress {
  readonly operationId: string
  readonly status: OperationStatus
  readonly step: StepKey | 'turn' | null
  readonly planHash: string | null
  readonly tenants: TenantCounts | null
  readonly problems: readonly TargetProblem[]
  readonly waitsFor: Turn['waitsFor']
}

/** The signal `repair`: what a person decides about an operation that needs repair. */
export interface RepairRequest {
  readonly action: 'retry' | 'park' | 'compensate' | 'accept'
  readonly note?: string
  readonly actor?: string
}

export const QUERY_STATUS = 'status'
export const SIGNAL_REPAIR = 'repair'
export const SIGNAL_TURN = 'turn'

/** One record of the ledger; `scope` empty is the aggregate (or the base). Times are ISO 8601 UTC. */
export interface StepDocument {
  readonly key: StepKey
  readonly scope: string
  readonly state: StepState
  readonly error: string | null
  readonly error_code: string | null
  readonly tries: number
  readonly started_at: string | null
  readonly ended_at: string | null
}

/** What `apply --json` and `operation show --json` print under `operation`; keys never disappear. */
export interface OperationDocument {
  readonly id: string
  readonly project: string
  readonly type: string
  readonly status: OperationStatus
  readonly attempt: number
  readonly base_revision: number | null
  readonly revision: number | null
  readonly plan_hash: string | null
  readonly workflow_id: string
  readonly actor: string
  readonly error: string | null
  readonly error_code: string | null
  readonly unchanged: boolean
  readonly paused: boolean
  readonly waits_for: string | null
  readonly submitted_at: string
  readonly started_at: string | null
  readonly ended_at: string | null
  readonly request: unknown
  readonly steps: readonly Omit<StepDocument, 'scope'>[]
  readonly tenants: TenantCounts
  readonly problems: readonly {
    readonly tenant: string
    readonly state: StepState
    readonly error_code: string | null
    readonly error: string | null
  }[]
  readonly problems_left_out: number
}
