/** What `import … from 'schema-saga'` offers: the client, its errors, and the words of both. The worker is `schema-saga/worker`. */

export { type SystemStore, storeFromSystemDriver } from './client/ledger.ts'
export type {
  MigrationEntry,
  MigrationRunDocument,
  MigrationStatusDocument,
  MigrationStep,
  MigrationStop,
} from './client/migrations/migrationDocuments.ts'
export type { MigrateOptions, MigrationMethods } from './client/migrations/migrationMethods.ts'
export type { MigrationCourse } from './client/migrations/runMigrations.ts'
export type { PlannedChange } from './client/plan/document.ts'
export type { ReaderMethods, WatchOptions } from './client/readers.ts'
export type { ReconcileMethods, ReconcileRequest } from './client/reconcile.ts'
export type { SetAsideMethods } from './client/setAside.ts'
export { withPhysicalDDLRequired } from './client/submit.ts'
export type {
  BringBack,
  BroughtBack,
  CaughtUpProject,
  TenantClient,
  TenantReason,
} from './client/tenantTypes.ts'
export type { TenantRecordDocument } from './client/types.ts'
export {
  type ApplyOptions,
  type BaselineFrom,
  type ConnectOptions,
  connectSchemaSaga,
  type ObjectDocument,
  OperationFailed,
  type OperationHandle,
  type OperationHistory,
  OperationNeedsRepair,
  type PlanDocument,
  type PlanOptions,
  type ProjectDocument,
  type SchemaDocument,
  type SchemaSagaClient,
  type ServerDocument,
  type TenantDocument,
} from './client.ts'
export { type Config, type Environment, readConfig } from './config.ts'
export type { OnTargets } from './contract/application.ts'
export type { ErrorClass } from './contract/errors/errorClasses.ts'
export type { CodeOf, ErrorCode } from './contract/errors/errorCodes.ts'
export type {
  Duty,
  DutyResult,
  ProjectResult,
  ReconcileDocument,
  ReconcileProblem,
} from './contract/reconcile.ts'
export type {
  PurgeResult,
  RestoreResult,
  SetAsideDocument,
  SetAsideList,
  SetAsideProblem,
  UnlistedObject,
  UnreachableTargets,
} from './contract/setAside.ts'
export {
  type AbortRequest,
  type ApplySchemaMutationInput,
  type BaselineResult,
  type CatchUpTenantsResult,
  type CodeFinding,
  type ControlRequest,
  DEFAULT_TASK_QUEUE,
  type DriftDocument,
  type DriftedTenant,
  type DriftGroup,
  type FiredTrigger,
  type HealthDocument,
  type HealthGroup,
  type HealthRow,
  type ImportedTenant,
  type ImportResult,
  type LeftAlone,
  type MovedTenant,
  type NotBroughtUp,
  type NotProvisioned,
  type OperationDocument,
  type OperationOptions,
  type OperationProgress,
  type OperationStatus,
  type OutcomePolicy,
  operationWorkflowId,
  type ParkCause,
  type ParkedNamespace,
  type ProjectSettings,
  type ProofDocument,
  type ProvisionTenantsResult,
  QUERY_STATUS,
  type Refusal,
  type RepairRequest,
  type RetryTenantsRequest,
  type RevisionCount,
  type SetParallelismRequest,
  type ShownStage,
  SIGNAL_REPAIR,
  type SkipTenantRequest,
  type StepDocument,
  type StepKey,
  type StepState,
  type TargetProblem,
  type TenantCounts,
  type TenantPace,
  type TenantState,
  type Turn,
  UPDATE_ABORT,
  UPDATE_PAUSE,
  UPDATE_PROMOTE_WAVE,
  UPDATE_REPAIR,
  UPDATE_RESUME,
  UPDATE_RETRY_TENANTS,
  UPDATE_SET_PARALLELISM,
  UPDATE_SKIP_TENANT,
  type WaitsOn,
  type WantedTenant,
} from './contract.ts'
export {
  CatalogRefused,
  DataRejected,
  type ErrorDetails,
  type ErrorOptions,
  InputInvalid,
  LockUnavailable,
  MutationRejected,
  PersistConflict,
  RequestRefused,
  SagaError,
  StaleEpoch,
  StatementRefused,
  SurroundingsMissing,
  TargetDrifted,
  TargetUnreachable,
  TimeLimitReached,
} from './errors.ts'
export type { Mutation, MutationInputs, MutationOf, MutationType, SimpleMutation } from './logical/mutations/index.ts'
export { type JsonSchema, mutationJsonSchema } from './logical/parse/mutationJsonSchema.ts'
export type { DeepReadonly, MutationRequest } from './logical/parse/mutationRequest.ts'
export { parseMutation } from './logical/parse/parseMutation.ts'
export type { OperationRequest, RevertRequest } from './logical/parse/revertRequest.ts'
export type { KeptText, NamedSql, RunSql, RunSqlTogether, SqlRequest } from './logical/parse/sqlRequest.ts'
export type { Connection, Field, FieldType, InputType, LogicalSchema, Model, Validation } from './logical/schema.ts'
export type { MigrationFormat } from './migrations/migration.ts'
export type { Difference } from './physical/equality.ts'
export type { ColumnDifference } from './physical/health/health.ts'
export type { Batches } from './physical/plan/applicationCode.ts'
export type { KeptRow, KeptRows, KeptTool } from './physical/plan/plan.ts'
export type { CacheDocument } from './postgres/catalog/cache.ts'
export type { CacheStore } from './postgres/catalog/cacheStore.ts'
export type { OwedOperation } from './postgres/catalog/debts/settle.ts'
export type { TenantGeneration } from './postgres/catalog/tenants/generation.ts'
export type { TenantOperation } from './postgres/catalog/tenants/record.ts'
