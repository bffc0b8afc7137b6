/** What the package offers to programs: the client, the worker with its hooks, and the words both use. */
export type { Hooks } from './activities/dependencies.ts'
export {
  type ApplyOptions,
  connectSchemaSaga,
  OperationFailed,
  type OperationHandle,
  type OperationHistory,
  OperationNeedsRepair,
  type PlanDocument,
  type ProjectDocument,
  type SchemaSagaClient,
  type ServerDocument,
  type TenantDocument,
} from './client.ts'
export { type Config, readConfig } from './config.ts'
export type { Duty, DutyResult, ProjectResult, ReconcileDocument } from './contract/reconcile.ts'
export type {
  DriftDocument,
  HealthDocument,
  OperationDocument,
  OperationOptions,
  OperationStatus,
  StepDocument,
  StepKey,
  StepState,
} from './contract.ts'
export {
  MutationRejected,
  RequestRefused,
  SagaError,
  SurroundingsMissing,
} from './errors.ts'
export { mutationJsonSchema } from './logical/mutationJsonSchema.ts'
export type { Mutation } from './logical/mutations/index.ts'
export type { LogicalSchema } from './logical/schema.ts'
export { type RunningWorker, runWorker, type WorkerOptions } from './worker.ts'
