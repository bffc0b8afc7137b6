/** What the TypeScript client offers; options are camelCase, mutations and results snake_case as in the CLI. */
import type {
  CodeFinding,
  ControlRequest,
  DriftDocument,
  FiredTrigger,
  HealthDocument,
  OperationDocument,
  OperationOptions,
  OperationStatus,
  RepairRequest,
  RetryTenantsRequest,
  SetParallelismRequest,
  SkipTenantRequest,
  StepDocument,
} from '../contract.ts'
import type { MutationRequest } from '../logical/parse/mutationRequest.ts'
import type { LogicalSchema } from '../logical/schema.ts'
import type { ProjectRow } from '../postgres/catalog/projects/projects.ts'
import type { ServerRow } from '../postgres/catalog/projects/servers.ts'
import type { TenantRow } from '../postgres/catalog/tenants/list.ts'
import type { TenantRecord } from '../postgres/catalog/tenants/record.ts'
import type { ReaderMethods } from './readers.ts'
import type { ReconcileMethods } from './reconcile.ts'
import type { SetAsideMethods } from './setAside.ts'
import type { TenantClient } from './tenantTypes.ts'

/** Options of one submission. */
export interface ApplyOptions extends OperationOptions {
  /** The idempotency key, 1 to 64 of `A-Za-z0-9._-`; a fresh one by default. */
  readonly operationId?: string
  /** Recorded in the audit; the OS user by default. */
  readonly actor?: string
}

/** A tenant as `tenant list --json` prints it. */
export type TenantDocument = TenantRow

/** A tenant as `tenant show --json` prints it. */
export type TenantRecordDocument = TenantRecord

/** A server as `server list --json` prints it; the connection string stays in the worker's environment. */
export type ServerDocument = ServerRow

/** A project as `project show --json` prints it. */
export type ProjectDocument = ProjectRow

/** What `plan --json` prints under `plan`. */
export interface PlanDocument {
  readonly base_revision: number
  readonly next_revision: number
  readonly hash: string
  readonly unchanged: boolean
  readonly changes: readonly {
    readonly kind: string
    /** Whether it runs in transactions only; index builds and backfills do not. */
    readonly transactional: boolean
    /** The strongest lock that it takes on a table that is in use. */
    readonly lock: string
    readonly scans_table: boolean
    readonly touches_rows: boolean
  }[]
  readonly forward: readonly { readonly stage: number; readonly kind: string; readonly sql: readonly string[] }[]
  readonly compensation: readonly { readonly stage: number; readonly kind: string; readonly sql: readonly string[] }[]
  /** Statements that run on every target once the schema is durable. */
  readonly settle: readonly string[]
  /** Questions to the rows of every target, asked before anything is changed: each finds the rows that forbid the plan. */
  readonly checks: readonly {
    readonly table: string
    readonly counts: 'row' | 'view'
    readonly what: string
    readonly sql: string
  }[]
  /** Those of the application's own code included, as far as the targets were looked at. */
  readonly hazards: readonly { readonly name: string; readonly detail: string }[]
  /** Functions whose text names what the plan renames, replaces or hides, each also a hazard; at most 50. */
  readonly code: readonly CodeFinding[]
  readonly code_left_out: number
  /** Triggers of the application that the batches of the plan, or of its undo, fire; at most 50. */
  readonly triggers: readonly FiredTrigger[]
  readonly triggers_left_out: number
  /** The look behind `code` and `triggers`; null where the plan gives no reason for one. */
  readonly looked_at: {
    readonly targets: number
    readonly unreachable: number
    /** Why nothing is known of some targets, or of all, in words. */
    readonly problem: string | null
  } | null
  readonly targets: {
    readonly total: number
    readonly to_do: number
    readonly done: number
    readonly blocked: number
  }
}

/** The ledger's full record of one operation, as `operation history --json` prints it. */
export interface OperationHistory {
  readonly operation: OperationDocument
  readonly request: unknown
  readonly schema_before: LogicalSchema | null
  readonly schema_after: LogicalSchema | null
  readonly plans: readonly unknown[]
  readonly steps: readonly StepDocument[]
}

/** One operation, wherever it was started. */
export interface OperationHandle {
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
  readonly resume: (by?: ControlRequest) => Promise<void>
  /** Leaves a tenant out, parked. Errors: `TENANT_NOT_FOUND`, `NOT_APPLICABLE` once it is being worked on. */
  readonly skipTenant: (request: SkipTenantRequest) => Promise<void>
  /** Tries the failed tenants of a held operation again, or those named. Errors: `NOT_APPLICABLE`. */
  readonly retryTenants: (request?: RetryTenantsRequest) => Promise<void>
  /** Tenants at once over all servers, 1 to 1,000. */
  readonly setParallelism: (request: SetParallelismRequest) => Promise<void>
  /** Ends the soak of a wave. Errors: `NOT_APPLICABLE` without one. */
  readonly promoteWave: (by?: ControlRequest) => Promise<void>
  readonly history: () => Promise<OperationHistory>
  /** Records of tenants in id order, at most `limit` (default 100) after `cursor`. */
  readonly tenants: (page?: { cursor?: string; limit?: number }) => Promise<{
    tenants: readonly StepDocument[]
    next: string | null
  }>
}

/** The client. Every method may fail with `SurroundingsMissing` (`CATALOG_UNREACHABLE`, `TEMPORAL_UNREACHABLE`, `NOT_INITIALISED`). */
export interface SchemaSagaClient extends SetAsideMethods, TenantClient, ReconcileMethods, ReaderMethods {
  /** Submits a mutation (an array of several is one changeset) and returns its handle at once. */
  readonly apply: (project: string, mutation: MutationRequest, options?: ApplyOptions) => Promise<OperationHandle>
  /** Submits and waits for the end. */
  readonly run: (project: string, mutation: MutationRequest, options?: ApplyOptions) => Promise<OperationDocument>
  /** What a mutation would do; changes nothing. */
  readonly plan: (project: string, mutation: MutationRequest) => Promise<PlanDocument>
  /** Errors: `OPERATION_NOT_FOUND`. */
  readonly operation: (id: string) => Promise<OperationHandle>
  /** Operations that want a look: those that failed or need repair, and those that have not reported for two minutes. */
  readonly listRepairable: (
    project: string,
    filter?: { statuses?: readonly OperationStatus[]; limit?: number },
  ) => Promise<readonly OperationDocument[]>
  /** The operation of that id in that project. Errors: `INPUT_INVALID` without an id, `OPERATION_NOT_FOUND`. */
  readonly operationOf: (project: string, id: string) => Promise<OperationHandle>
  readonly listOperations: (
    project: string,
    filter?: { statuses?: readonly OperationStatus[]; limit?: number },
  ) => Promise<readonly OperationDocument[]>
  /** Tables of the catalog, search attributes and the Schedule of the reconciler; repeatable. */
  readonly initialise: () => Promise<void>
  readonly addServer: (server: {
    id: string
    dsnEnv: string
    maxSessions?: number
    databasePerTenant?: boolean
    tablesIn?: string
    actor?: string
  }) => Promise<ServerDocument>
  /** Changes the budget of sessions, which all workers share; they follow within seconds. */
  readonly setServer: (server: { id: string; maxSessions: number; actor?: string }) => Promise<ServerDocument>
  readonly listServers: () => Promise<readonly ServerDocument[]>
  /** Without `server` and `namespace` the project has tenants only. */
  readonly createProject: (project: {
    id: string
    base: { server: string; namespace: string } | null
    actor?: string
  }) => Promise<ProjectDocument>
  readonly showProject: (id: string) => Promise<ProjectDocument>
  readonly listProjects: () => Promise<readonly ProjectDocument[]>
  /** Provisions the tenant: namespace (default `<project>_<tenant>`) and all tables at the current revision. */
  readonly addTenant: (
    project: string,
    tenant: { id: string; server: string; namespace?: string; actor?: string },
  ) => Promise<TenantDocument>
  readonly listTenants: (project: string) => Promise<readonly TenantDocument[]>
  readonly showSchema: (project: string, revision?: number) => Promise<{ revision: number; schema: LogicalSchema }>
  /** Targets that do not look as their own revision says; changes nothing. Errors: `TENANT_NOT_FOUND`. */
  readonly drift: (project: string, options?: { readonly tenant?: string }) => Promise<DriftDocument>
  /** Every table beside what its model needs, for named models or all; changes nothing. Errors: `MODEL_NOT_FOUND`. */
  readonly health: (project: string, options?: { readonly models?: readonly string[] }) => Promise<HealthDocument>
  /**
   * Takes back a committed operation with a new one, whose id is `revert-<id>-` and a suffix unless given. Errors:
   * `OPERATION_NOT_FOUND`; the operation itself fails with `REVERT_BLOCKED` or `NOT_APPLICABLE`.
   */
  readonly revert: (operationId: string, options?: ApplyOptions) => Promise<OperationHandle>
  readonly close: () => Promise<void>
}
