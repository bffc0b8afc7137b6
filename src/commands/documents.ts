/**
 * Every document that a command prints with `--json`. The build derives a JSON Schema from each of these types, which is
 * published as `schemas/<name>.json`; their comments become its descriptions.
 */

import type { MigrationRunDocument, MigrationStatusDocument } from '../client/migrations/migrationDocuments.ts'
import type { OperationHistory } from '../client/operationHandle.ts'
import type { PlanDocument } from '../client/plan/document.ts'
import type { BroughtBack, CaughtUpProject } from '../client/tenantTypes.ts'
import type {
  ProjectDocument,
  SchemaDocument,
  ServerDocument,
  TenantDocument,
  TenantRecordDocument,
} from '../client/types.ts'
import type { ReconcileDocument } from '../contract/reconcile.ts'
import type { PurgeResult, RestoreResult, SetAsideList } from '../contract/setAside.ts'
import type {
  CatchUpTenantsResult,
  DriftDocument,
  HealthDocument,
  ImportResult,
  OperationDocument,
  ProvisionTenantsResult,
  StepDocument,
} from '../contract.ts'
import type { ErrorDocument } from './printError.ts'

/** The documents by the names of their schemas. Keys never disappear; absent values are null. */
export interface Documents {
  /** One operation: of `apply`, and of the commands below `operation` that show or control one. */
  readonly operation: { readonly operation: OperationDocument }
  /** Of `operation list` and `repairable`. */
  readonly operations: { readonly operations: readonly OperationDocument[] }
  /** One page of `operation show --tenants`; `next` is the cursor of the following page, null on the last. */
  readonly 'operation-tenants': { readonly tenants: readonly StepDocument[]; readonly next: string | null }
  /** Of `operation history`. */
  readonly 'operation-history': OperationHistory
  /** Of `plan`, and of any command with `--dry-run` that would submit an operation. */
  readonly plan: { readonly plan: PlanDocument }
  /** Of `migrate`; of a dry run, too. */
  readonly migration: { readonly migration: MigrationRunDocument }
  /** Of `migrate status`. */
  readonly 'migration-status': { readonly status: MigrationStatusDocument }
  /** Of `schema show`. */
  readonly schema: SchemaDocument
  /** Of the commands below `project` that show or change one; `found_revision` of `catch-up` only. */
  readonly project: { readonly project: ProjectDocument | CaughtUpProject }
  /** Of `project list`. */
  readonly projects: { readonly projects: readonly ProjectDocument[] }
  /** Of the commands below `tenant` that show or change one: the short form of `add`, `found_revision` of `unpark` and `resume` only. */
  readonly tenant: { readonly tenant: TenantDocument | TenantRecordDocument | BroughtBack }
  /** Of `tenant add --file`. */
  readonly 'tenants-added': { readonly provisioned: ProvisionTenantsResult }
  /** Of `tenant unpark --all`. */
  readonly 'tenants-unparked': { readonly unparked: CatchUpTenantsResult }
  /** One page of `tenant list`; `next` is the last id of the page if there are more, else null. */
  readonly tenants: { readonly tenants: readonly TenantDocument[]; readonly next: string | null }
  /** Of `tenant remove`: the tenant as it was. */
  readonly 'tenant-removed': { readonly removed: TenantRecordDocument }
  /** Of `tenant import`. */
  readonly 'tenant-import': { readonly import: ImportResult }
  /** Of `server add` and `server set`. */
  readonly server: { readonly server: ServerDocument }
  /** Of `server list`. */
  readonly servers: { readonly servers: readonly ServerDocument[] }
  /** Of `drift`. */
  readonly drift: DriftDocument
  /** Of `health`. */
  readonly health: HealthDocument
  /** Of `reconcile`. */
  readonly reconcile: { readonly reconcile: ReconcileDocument }
  /** Of `set-aside list`. */
  readonly 'set-aside': SetAsideList
  /** Of `set-aside restore`. */
  readonly 'set-aside-restored': { readonly restored: RestoreResult }
  /** Of `set-aside purge`. */
  readonly 'set-aside-purged': { readonly purged: PurgeResult }
  /** Of `init`. */
  readonly init: { readonly initialised: true }
  /** Of `worker`, when it has stopped. */
  readonly worker: { readonly stopped: true }
  /** Of `dev`, once everything is up; without a demo there is no project. */
  readonly dev: {
    readonly dev: {
      readonly web_ui: string
      readonly project: string | null
      readonly tenants: readonly TenantDocument[]
    }
  }
  /** Of any command that fails. */
  readonly error: { readonly error: ErrorDocument }
}

/** The name of a document, and of its schema. */
export type DocumentName = keyof Documents
