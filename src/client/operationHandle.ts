/** One operation in the hands of a program. */
import type {
  ControlRequest,
  OperationDocument,
  RepairRequest,
  RetryTenantsRequest,
  SetParallelismRequest,
  SkipTenantRequest,
  StepDocument,
} from '../contract.ts'
import type { LogicalSchema } from '../logical/schema.ts'

/** The ledger's full record of one operation, as `operation history --json` prints it. */
export interface OperationHistory {
  /** The operation as `operation show` prints it. */
  readonly operation: OperationDocument
  /** The mutation as it was submitted. */
  readonly request: unknown
  /** The logical schema that it was planned for; null until it is planned. */
  readonly schema_before: LogicalSchema | null
  /** The logical schema that it leads to; null until it is planned. */
  readonly schema_after: LogicalSchema | null
  /** One for each attempt; of a change by SQL without its statements, unless they were asked for. */
  readonly plans: readonly unknown[]
  /** Whether statements are left out. */
  readonly texts_left_out: boolean
  /** Every step of every tenant. */
  readonly steps: readonly StepDocument[]
}

/** One operation, wherever it was started. */
export interface OperationHandle {
  /** The idempotency key. */
  readonly id: string
  /** The ledger's record as it is now. */
  readonly show: () => Promise<OperationDocument>
  /** Yields the record each time it changed, at most a few times a second, until the operation is final or needs repair. */
  readonly watch: () => AsyncIterable<OperationDocument>
  /** Resolves when committed; rejects with `OperationFailed` or `OperationNeedsRepair`, which carry the record. */
  readonly result: () => Promise<OperationDocument>
  /** Resolves once it was acted on. Errors: `NOT_APPLICABLE` with the reason, `INPUT_INVALID`, `RUN_GONE`. */
  readonly repair: (request: RepairRequest) => Promise<void>
  /**
   * One more attempt: of an operation that failed or was cancelled, with the same id; of one that needs repair, another
   * try of its undo. Returns once the attempt has begun. Errors: `ALREADY_COMMITTED`, `IN_PROGRESS`.
   */
  readonly retry: (by?: { readonly actor?: string; readonly note?: string }) => Promise<void>
  /** Undoes what was done so far and ends the operation as cancelled. Errors: `NOT_APPLICABLE` once it is durable. */
  readonly abort: (by?: { readonly actor?: string; readonly reason?: string }) => Promise<void>
  /** Begins nothing new until `resume`; what is in flight ends. Errors: `NOT_APPLICABLE`. */
  readonly pause: (by?: ControlRequest) => Promise<void>
  /** Ends a pause. Errors: `NOT_APPLICABLE`. */
  readonly resume: (by?: ControlRequest) => Promise<void>
  /** Leaves a tenant out, parked. Errors: `TENANT_NOT_FOUND`, `NOT_APPLICABLE` once it is being worked on. */
  readonly skipTenant: (request: SkipTenantRequest) => Promise<void>
  /** Tries the failed tenants of a held operation again, or those named. Errors: `NOT_APPLICABLE`. */
  readonly retryTenants: (request?: RetryTenantsRequest) => Promise<void>
  /** Tenants at once over all servers, 1 to 1,000. */
  readonly setParallelism: (request: SetParallelismRequest) => Promise<void>
  /** Ends the soak of a wave. Errors: `NOT_APPLICABLE` without one. */
  readonly promoteWave: (by?: ControlRequest) => Promise<void>
  /**
   * The whole record of the catalog, steps of all tenants included: large for a large fleet. With `texts` the statements of a change
   * by SQL as well, for whoever may apply, which a worker is asked. Errors: `FORBIDDEN`.
   */
  readonly history: (options?: { readonly texts?: boolean; readonly actor?: string }) => Promise<OperationHistory>
  /** Records of tenants in id order, at most `limit` (default 100) after `cursor`. */
  readonly tenants: (page?: { cursor?: string; limit?: number }) => Promise<{
    tenants: readonly StepDocument[]
    next: string | null
  }>
}
