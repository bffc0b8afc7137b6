/** What the TypeScript client offers; options are camelCase, mutations and results snake_case as in the CLI. */
import type {
  DriftDocument,
  HealthDocument,
  OperationDocument,
  OperationOptions,
  OperationStatus,
  ProvisionTenantsResult,
} from '../contract.ts'
import type { MutationRequest } from '../logical/parse/mutationRequest.ts'
import type { LogicalSchema } from '../logical/schema.ts'
import type { ProjectRow as ProjectDocument } from '../postgres/catalog/projects/projects.ts'
import type { ServerRow as ServerDocument } from '../postgres/catalog/projects/servers.ts'
import type { TenantRow as TenantDocument } from '../postgres/catalog/tenants/list.ts'
import type { TenantRecord as TenantRecordDocument } from '../postgres/catalog/tenants/record.ts'
import type { MigrationMethods } from './migrations/migrationMethods.ts'
import type { OperationHandle } from './operationHandle.ts'
import type { PlanDocument } from './plan/document.ts'
import type { ReaderMethods } from './readers.ts'
import type { ReconcileMethods } from './reconcile.ts'
import type { SetAsideMethods } from './setAside.ts'
import type { TenantClient } from './tenantTypes.ts'

/** A schema now or then; one of a project that is described by SQL has objects, and no models. */
export interface SchemaDocument {
  /** Of which it is. */
  readonly revision: number
  /** Its models. */
  readonly schema: LogicalSchema
  /** What the namespace holds, object by object, of a project that is described by SQL. */
  readonly objects?: readonly ObjectDocument[]
}

/** One object of a namespace, or one thing that is said of an object: whose it is, who may do what, a comment. */
export interface ObjectDocument {
  /** `table`, `column`, `index` and the like; `owner`, `grants`, `comment` of what is said of one. */
  readonly kind: string
  /** Within its namespace, as in SQL. */
  readonly name: string
  /** What is known of it, by kind. */
  readonly facts: Readonly<Record<string, unknown>>
}

/** Options of one submission. */
export interface ApplyOptions extends OperationOptions {
  /** The idempotency key, 1 to 64 of `A-Za-z0-9._-`; a fresh one by default. */
  readonly operationId?: string
  /** Recorded in the audit; the OS user by default. */
  readonly actor?: string
}

/** A baseline that a worker writes down with its `pg_dump`, of a namespace on the server of the base. */
export interface BaselineFrom {
  readonly from: string
  /** Takes its name off in the bodies of functions, too. */
  readonly rewriteBodies?: boolean
}

/** Options of a plan. */
export interface PlanOptions {
  /**
   * Has a worker prove a change by SQL on the base, as `apply` does, and roll it back. That runs the text, so that it needs the
   * right to apply; without it none of it is run.
   */
  readonly prove?: boolean
  /** Who asks for the proof; the OS user by default. */
  readonly actor?: string
}

// One spelling for each: these are the types themselves, under the names that they have outside.
export type { ProjectDocument, ServerDocument, TenantDocument, TenantRecordDocument }

/** The client. Every method may fail with `SurroundingsMissing` (`CATALOG_UNREACHABLE`, `TEMPORAL_UNREACHABLE`, `NOT_INITIALISED`). */
export interface SchemaSagaClient
  extends SetAsideMethods,
    TenantClient,
    ReconcileMethods,
    ReaderMethods,
    MigrationMethods {
  /** Submits a mutation (an array of several is one changeset) and returns its handle at once. */
  readonly apply: (project: string, mutation: MutationRequest, options?: ApplyOptions) => Promise<OperationHandle>
  /** Submits and waits for the end. */
  readonly run: (project: string, mutation: MutationRequest, options?: ApplyOptions) => Promise<OperationDocument>
  /** What a mutation would do; changes nothing. Errors with `prove`: those of planning, `FORBIDDEN`, `IN_PROGRESS`, `PROJECT_KIND`. */
  readonly plan: (project: string, mutation: MutationRequest, options?: PlanOptions) => Promise<PlanDocument>
  /** Errors: `OPERATION_NOT_FOUND`. */
  readonly operation: (id: string) => Promise<OperationHandle>
  /** Operations that want a look: those that failed or need repair, and those that have not reported for two minutes. */
  readonly listRepairable: (
    project: string,
    filter?: { statuses?: readonly OperationStatus[]; limit?: number },
  ) => Promise<readonly OperationDocument[]>
  /** The operation of that id in that project. Errors: `INPUT_INVALID` without an id, `OPERATION_NOT_FOUND`. */
  readonly operationOf: (project: string, id: string) => Promise<OperationHandle>
  /** Operations of a project, the newest first; 50 unless `limit` says otherwise. */
  readonly listOperations: (
    project: string,
    filter?: { statuses?: readonly OperationStatus[]; limit?: number },
  ) => Promise<readonly OperationDocument[]>
  /** Tables of the catalog, search attributes and the Schedule of the reconciler; repeatable. */
  readonly initialise: () => Promise<void>
  /**
   * Names a server. The connection string stays in the variable `dsnEnv` of the workers; `maxSessions` (default 8) is
   * for all workers together; with `databasePerTenant` it has `{namespace}` in the place of the database, whose tables
   * are in `tablesIn` (default `public`). Errors: `INPUT_INVALID`, `ALREADY_EXISTS`.
   */
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
  /** All servers in id order. */
  readonly listServers: () => Promise<readonly ServerDocument[]>
  /**
   * Without `server` and `namespace` the project has tenants only. With a `baseline` it is described by SQL: what pg_dump writes
   * of one namespace, or a script by hand, makes its base, as revision 1; `seed` names tables whose rows new tenants begin with
   * (default: those that the script inserts into). Errors: `SQL_INVALID`, `SQL_NAMES_NAMESPACE`, `KIND_UNSUPPORTED`,
   * `DUMP_UNAVAILABLE`.
   */
  readonly createProject: (project: {
    id: string
    base: { server: string; namespace: string } | null
    baseline?: { text: string; source?: string; namespace?: string; rewriteBodies?: boolean } | BaselineFrom
    seed?: readonly string[]
    actor?: string
  }) => Promise<ProjectDocument>
  /** Errors: `PROJECT_NOT_FOUND`. */
  readonly showProject: (id: string) => Promise<ProjectDocument>
  /** All projects in id order, archived ones too. */
  readonly listProjects: () => Promise<readonly ProjectDocument[]>
  /** Provisions the tenant: namespace (default `<project>_<tenant>`) and all tables at the current revision. */
  readonly addTenant: (
    project: string,
    tenant: { id: string; server: string; namespace?: string; actor?: string },
  ) => Promise<TenantDocument>
  /**
   * Provisions many tenants, in batches of 200; the namespace of each is `<project>_<tenant>` unless given. One that cannot
   * be made stops no other, and leaves nothing behind; those that are there already, at the same place, are left alone, so
   * that the same list can be given again. `heard` is told how many have had their turn. Errors: `PROJECT_NOT_FOUND`,
   * `INPUT_INVALID` with the path of a mistake in the list, before any of them is made.
   */
  readonly addTenants: (
    project: string,
    tenants: readonly { readonly id: string; readonly server: string; readonly namespace?: string }[],
    options?: { readonly actor?: string; readonly heard?: (done: number) => void },
  ) => Promise<ProvisionTenantsResult>
  /** All tenants of a project in id order. Errors: `PROJECT_NOT_FOUND`. */
  readonly listTenants: (project: string) => Promise<readonly TenantDocument[]>
  /**
   * The logical schema, now or at an earlier revision. Errors: `PROJECT_NOT_FOUND`, `NOT_APPLICABLE` for a revision
   * that is not there.
   */
  readonly showSchema: (project: string, revision?: number) => Promise<SchemaDocument>
  /** Targets that do not look as their own revision says; changes nothing. Errors: `TENANT_NOT_FOUND`. */
  readonly drift: (project: string, options?: { readonly tenant?: string }) => Promise<DriftDocument>
  /** Every table beside what its model needs, for named models or all; changes nothing. Errors: `MODEL_NOT_FOUND`. */
  readonly health: (project: string, options?: { readonly models?: readonly string[] }) => Promise<HealthDocument>
  /**
   * Takes back a committed operation with a new one, whose id is `revert-<id>-` and a suffix unless given. Errors:
   * `OPERATION_NOT_FOUND`; the operation itself fails with `REVERT_BLOCKED` or `NOT_APPLICABLE`.
   */
  readonly revert: (operationId: string, options?: ApplyOptions) => Promise<OperationHandle>
  /** Ends its connections; operations continue. */
  readonly close: () => Promise<void>
}
