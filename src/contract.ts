/**
 * What client, worker and workflows agree on: ids, statuses, inputs, results, messages and the activities' types.
 * No value here may need Node or another package: workflow code imports this file.
 */

export type {
  Activities,
  CatalogActivities,
  CloseOperation,
  OpenedOperation,
  PersistOutcome,
  PlannedOperation,
  ProvisionActivities,
  StepRecord,
  TargetActivities,
} from './contract/activities.ts'
export type { OperationDocument, StepDocument } from './contract/documents.ts'
export {
  BASE_SCOPE,
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
  type ApplySchemaMutationInput,
  type OperationOptions,
  type OperationProgress,
  QUERY_STATUS,
  type RepairRequest,
  SIGNAL_REPAIR,
  SIGNAL_TURN,
  type TenantCounts,
  type Turn,
  UPDATE_ABORT,
} from './contract/messages.ts'
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
export type {
  AppliedTarget,
  ApplyToCohortInput,
  ApplyToTenantInput,
  Cohort,
  CohortResult,
  CompensatedTarget,
  ProvisionInput,
  Target,
  TargetProblem,
  TargetWork,
  TenantResult,
  TenantSelection,
} from './contract/targets.ts'
export {
  type BaselineResult,
  type CatchUpActivities,
  type CatchUpInput,
  type CatchUpResult,
  type CatchUpStep,
  catchUpWorkflowId,
  type DriftedTenant,
  type ImportActivities,
  type ImportedTenant,
  type ImportInput,
  type ImportResult,
  importWorkflowId,
  type LeftAlone,
  TENANT_STATES,
  type TenantActivities,
} from './contract/tenants.ts'
