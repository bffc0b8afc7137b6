/** What `import … from 'schema-saga'` offers: the client, its errors, and the words of both. The worker is `schema-saga/worker`. */
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
