/**
 * What client, worker and workflows agree on: ids, statuses, inputs, results, messages and the activities' types.
 * No value here may need Node or another package: workflow code imports this file.
 */

export type {
  Activities,
  AllActivities,
  CatalogActivities,
  ProvisionActivities,
  TargetActivities,
} from './contract/activities.ts'
export type {
  ApplicationLook,
  ApplicationQuestion,
  CodeFinding,
  FiredTrigger,
} from './contract/application.ts'
export type { OperationDocument, Refusal, StepDocument, WaitsOn } from './contract/documents.ts'
export {
  type DriftDocument,
  type DriftGroup,
  type DriftRepair,
  type FleetActivities,
  type HealthDocument,
  type HealthGroup,
  type HealthRow,
  type InspectFleetInput,
  inspectWorkflowId,
} from './contract/fleet.ts'
export {
  BASE_SCOPE,
  type CohortWork,
  cohortWorkflowId,
  DEFAULT_TASK_QUEUE,
  type Direction,
  operationWorkflowId,
  provisionWorkflowId,
  SEARCH_ATTRIBUTES,
  tenantWorkflowId,
} from './contract/ids.ts'
export {
  type AbortRequest,
  type CohortControl,
  type ControlRequest,
  type CountedTenants,
  type OperationProgress,
  QUERY_STATUS,
  type RepairRequest,
  type RetryTenantsRequest,
  type SetParallelismRequest,
  SIGNAL_CONTROL,
  SIGNAL_REPAIR,
  SIGNAL_TURN,
  type SkipTenantRequest,
  type TenantCounts,
  type TenantPace,
  type Turn,
  UPDATE_ABORT,
  UPDATE_PAUSE,
  UPDATE_PROMOTE_WAVE,
  UPDATE_REPAIR,
  UPDATE_RESUME,
  UPDATE_RETRY_TENANTS,
  UPDATE_SET_PARALLELISM,
  UPDATE_SKIP_TENANT,
} from './contract/messages.ts'
export type {
  CloseOperation,
  OpenedOperation,
  OwnRecord,
  PersistOutcome,
  PlannedOperation,
  ResumedOperation,
  StepRecord,
} from './contract/operationSteps.ts'
export type {
  DumpedNamespace,
  DumpedPlace,
  ProofDocument,
  ProvenPlan,
  ShownStage,
  TextsAllowed,
} from './contract/ownSql.ts'
export type { ParkTenant, PolicyActivities } from './contract/policies.ts'
export { DEFAULT_SETTINGS, type ProjectSettings } from './contract/settings.ts'
export {
  FINAL_STATUSES,
  OPERATION_STATUSES,
  type OperationStatus,
  OUTCOME_POLICIES,
  type OutcomePolicy,
  type ParkCause,
  STEP_KEYS,
  type StepKey,
  type StepState,
  type TenantState,
} from './contract/states.ts'
export type { ApplySchemaMutationInput, OperationOptions } from './contract/submission.ts'
export {
  leavesNothing,
  type SweepActivities,
  type SweepCounts,
  type SweepResult,
  type SweepWork,
  type Swept,
} from './contract/sweep.ts'
export type {
  AppliedTarget,
  ApplyToCohortInput,
  ApplyToTenantInput,
  Cohort,
  CohortPage,
  CohortResult,
  CompensatedTarget,
  Patience,
  ProvisionInput,
  Target,
  TargetProblem,
  TargetWork,
  TenantResult,
  TenantSelection,
} from './contract/targets.ts'
export {
  type CatchUpActivities,
  type CatchUpBaseInput,
  type CatchUpBaseResult,
  type CatchUpInput,
  type CatchUpResult,
  type CatchUpStep,
  catchUpBaseWorkflowId,
  catchUpWorkflowId,
  RELEASES_WORKFLOW_ID,
  type ReleaseActivities,
  TENANT_STATES,
  type TenantActivities,
} from './contract/tenants/catchingUp.ts'
export {
  type BaselineResult,
  type DriftedTenant,
  type ImportActivities,
  type ImportedTenant,
  type ImportInput,
  type ImportResult,
  importWorkflowId,
  type LeftAlone,
  type ParkedNamespace,
  type RevisionCount,
} from './contract/tenants/importing.ts'
export {
  type BroughtUp,
  type CatchUpTenantsActivities,
  type CatchUpTenantsInput,
  type CatchUpTenantsResult,
  type CatchUpTenantsSoFar,
  type Comeback,
  catchUpAllWorkflowId,
  catchUpBatchWorkflowId,
  type MadeTarget,
  MOST_IN_BATCH,
  type MovedTenant,
  type NotBroughtUp,
  type NotProvisioned,
  type ProvisionTenantsActivities,
  type ProvisionTenantsInput,
  type ProvisionTenantsResult,
  provisionTenantsWorkflowId,
  type UnmadeTarget,
  type WantedTenant,
} from './contract/tenants/manyTenants.ts'
