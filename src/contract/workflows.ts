/** The workflows by name: what each is started with, and what it ends with. Client, worker and workflow code share it. */
import type { ApplicationLook } from './application.ts'
import type { OperationDocument } from './documents.ts'
import type { DriftDocument, HealthDocument, InspectFleetInput } from './fleet.ts'
import type { DumpedNamespace, ProvenPlan, TextsAllowed } from './ownSql.ts'
import type { ReconcileDocument, ReconcileFleetInput, RepairDriftInput } from './reconcile.ts'
import type { ManageSetAsideInput, PurgeResult, RestoreResult, SetAsideList } from './setAside.ts'
import type { ApplySchemaMutationInput } from './submission.ts'
import type {
  ApplyToCohortInput,
  ApplyToTenantInput,
  CohortResult,
  ProvisionInput,
  Target,
  TenantResult,
} from './targets.ts'
import type { CatchUpBaseInput, CatchUpBaseResult, CatchUpInput, CatchUpResult } from './tenants/catchingUp.ts'
import type { ImportInput, ImportResult } from './tenants/importing.ts'
import type {
  CatchUpTenantsInput,
  CatchUpTenantsResult,
  ProvisionTenantsInput,
  ProvisionTenantsResult,
} from './tenants/manyTenants.ts'

/** Every workflow type of this application. */
export interface Workflows {
  applySchemaMutation(input: ApplySchemaMutationInput): Promise<{ operation: OperationDocument }>
  applyToCohort(input: ApplyToCohortInput): Promise<CohortResult>
  applyToTenant(input: ApplyToTenantInput): Promise<TenantResult>
  catchUpBase(input: CatchUpBaseInput): Promise<CatchUpBaseResult>
  catchUpTenant(input: CatchUpInput): Promise<CatchUpResult>
  catchUpTenants(input: CatchUpTenantsInput): Promise<CatchUpTenantsResult>
  importTenants(input: ImportInput): Promise<ImportResult>
  /** The document is that of the input's kind. */
  inspectFleet(
    input: InspectFleetInput,
  ): Promise<DriftDocument | HealthDocument | ApplicationLook | ProvenPlan | DumpedNamespace | TextsAllowed>
  /** The result is that of the input's action. */
  manageSetAside(input: ManageSetAsideInput): Promise<SetAsideList | PurgeResult | RestoreResult>
  markReleases(): Promise<{ marked: number; left: number }>
  provisionTenant(input: ProvisionInput): Promise<{ target: Target; revision: number }>
  provisionTenants(input: ProvisionTenantsInput): Promise<ProvisionTenantsResult>
  reconcileFleet(input: ReconcileFleetInput): Promise<ReconcileDocument>
  repairDrift(input: RepairDriftInput): Promise<{ repaired: number; failed: number }>
}

/** What a workflow of that name is started with. */
export type InputOf<Name extends keyof Workflows> = Parameters<Workflows[Name]>

/** What a workflow of that name ends with. */
export type ResultOf<Name extends keyof Workflows> = Awaited<ReturnType<Workflows[Name]>>
