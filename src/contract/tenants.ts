/** Tenants that come and go: catching up with their project, and taking over a fleet that is there already. */
import type { ParkCause, TenantState } from './states.ts'
import type { Target, TargetWork } from './targets.ts'

/** All states of tenants. */
export const TENANT_STATES: readonly TenantState[] = ['provisioning', 'active', 'parked', 'suspended']

/** The workflow id under which a tenant catches up; a fixed one, so that at most one does at a time. */
export function catchUpWorkflowId(project: string, tenant: string): string {
  return `catch-up/${project}/t/${tenant}`
}

/** The workflow id under which the base of a project catches up. */
export function catchUpBaseWorkflowId(project: string): string {
  return `catch-up/${project}/base`
}

/** The workflow id under which a fleet is imported into a project, one import at a time. */
export function importWorkflowId(project: string): string {
  return `import/${project}`
}

/** The workflow id under which targets are told that they were let go of. */
export const RELEASES_WORKFLOW_ID = 'mark-releases'

/** Input of the workflow `catchUpTenant`. */
export interface CatchUpInput {
  readonly project: string
  readonly tenant: string
  readonly actor?: string
  /** What the caller takes the tenant to be; refused when it is in another state. */
  readonly from?: 'parked' | 'suspended'
  /** For callers who must not bring back what a person parked: refused when the tenant is parked for another cause. */
  readonly onlyCause?: ParkCause
  /** The revision that a person says the tenant's tables have, where several fit. */
  readonly at?: number
  /** The moment of the state that is to be left: refused when the tenant's state was set again since. */
  readonly since?: string
}

/** Input of the workflow `catchUpBase`. */
export type CatchUpBaseInput = Pick<CatchUpInput, 'project' | 'actor' | 'at'>

/** How the catch-up of a base ended. */
export type CatchUpBaseResult = Omit<CatchUpResult, 'tenant'>

/** How a catch-up ended; it fails when the tenant could not be brought along. */
export interface CatchUpResult {
  readonly tenant: string
  readonly revision: number
  /** The revision that its tables were found to have before; absent where nobody looked. */
  readonly found?: number
}

/** What is to be done next with a tenant that catches up; `found`: its tables were looked at, and have that revision. */
export type CatchUpStep = CatchUpWork & { readonly found?: number }

type CatchUpWork =
  | { readonly do: 'active'; readonly revision: number }
  /** What an operation left on the target is taken back; `record` when the ledger is to say so. */
  | { readonly do: 'undo'; readonly work: TargetWork; readonly record: boolean }
  | { readonly do: 'apply'; readonly work: TargetWork }
  /** An operation that is not final has a record of the tenant. */
  | { readonly do: 'wait'; readonly operationId: string; readonly status: string }

/** Input of the workflow `importTenants`. */
export interface ImportInput {
  readonly project: string
  readonly server: string
  /** A pattern of SQL's LIKE over the names of namespaces, or of databases where each tenant has one. */
  readonly like: string
  /** Patterns of LIKE, too: names that match one of them are left out. */
  readonly except?: readonly string[]
  /** Ids for namespaces whose names give none, or the same as another; the others are named by the pattern. */
  readonly ids?: Readonly<Record<string, string>>
  /** The namespace from which a project without models takes its first schema. */
  readonly baseline?: string
  readonly dryRun?: boolean
  /** The catalog or the project from which namespaces are taken that belong to others. */
  readonly takeOver?: string
  /** Of a project that is described by SQL: the revisions of namespaces that look like several, by namespace. */
  readonly revisions?: Readonly<Record<string, number>>
  /** The same for all others that look like several. */
  readonly among?: 'newest' | 'oldest'
  /** Of a project of models: tables that no model has are left alone from now on, whatever they are. */
  readonly asTheyAre?: boolean
  readonly actor: string
}

/** What a table has that no model can say; it is left alone. */
export interface LeftAlone {
  /** Its name. */
  readonly table: string
  /** What no model can say, in words. */
  readonly reasons: readonly string[]
}

/** The first schema of a project, taken from a namespace. */
export interface BaselineResult {
  /** Where the schema was taken from. */
  readonly namespace: string
  /** The revision that it became. */
  readonly revision: number
  /** Their names. */
  readonly models: readonly string[]
  /** Tables that became no model, or not wholly. */
  readonly left_alone: readonly LeftAlone[]
}

/** One namespace that was looked at by an import. */
export interface ImportedTenant {
  /** The id of the tenant. */
  readonly tenant: string
  /** Its namespace, or its database where each tenant has one. */
  readonly namespace: string
}

/** A target that does not look like its project: each difference as `food.price is missing`, at most 20. */
export interface DriftedTenant extends ImportedTenant {
  /** What differs, in words; at most 20. */
  readonly differences: readonly string[]
}

/** A namespace that stays parked: one that is only behind is known by its revision, and `unpark` brings it up from there. */
export interface ParkedNamespace extends DriftedTenant {
  /** The revision that its tables are; null where they are none, or several. */
  readonly revision: number | null
}

/** How many of the namespaces that were looked at are those of one revision. */
export interface RevisionCount {
  /** The revision. */
  readonly revision: number
  /** The migration that led to it. */
  readonly name: string
  /** How many namespaces. */
  readonly tenants: number
}

/** What an import found and did; each list holds at most 100, the counts count all. */
export interface ImportResult {
  /** Whether nothing was changed. */
  readonly dry_run: boolean
  /** The first schema of the project, where it was asked for; else null. */
  readonly baseline: BaselineResult | null
  /** Of a project that is described by SQL: revisions that look alike, each time those that do. */
  readonly alike_revisions: readonly (readonly number[])[]
  /** Of a project that is described by SQL: how many namespaces were found at each revision, the newest first. */
  readonly revisions: readonly RevisionCount[]
  /** Tables that are left alone from now on, because namespaces were taken over as they are; at most 100. */
  readonly ignored_tables: readonly string[]
  /** How many namespaces ended how. */
  readonly counts: {
    readonly matched: number
    readonly parked: number
    readonly registered: number
    readonly refused: number
  }
  /** How many of the parked were parked by an earlier import and have not changed: nobody is told anything new. */
  readonly parked_before: number
  /** Active at the project's revision from now on. */
  readonly matched: readonly ImportedTenant[]
  /** Registered and parked, because they do not look like the project as it is now. */
  readonly parked: readonly ParkedNamespace[]
  /** Registered before. */
  readonly registered: readonly ImportedTenant[]
  /** Neither: no tenant can be called like that, or another target is there. */
  readonly refused: readonly { readonly namespace: string; readonly code: string; readonly reason: string }[]
}

/** Activities of `catchUpTenant` and `catchUpBase`, with which `provisionTenant` joins operations that committed meanwhile. */
export interface CatchUpActivities {
  /** Errors: `TENANT_NOT_FOUND`, `NOT_APPLICABLE` for a state or cause that the input does not allow. */
  openCatchUp(input: CatchUpInput): Promise<{ target: Target; active: boolean; revision: number | null; since: string }>
  /** Errors: `NOT_APPLICABLE` for a project without a base, or whose base is being made. */
  openBaseCatchUp(input: CatchUpBaseInput): Promise<{ target: Target }>
  /**
   * Lets the target's bookkeeping follow its tables, if it is asked to `look` at them; removes the syncs of what it has
   * passed, records what it has reached, and says what is next; activates the tenant when nothing is. Errors: `TARGET_GONE`, `TARGET_DRIFTED`, `TARGET_UNREACHABLE`.
   */
  nextCatchUp(input: {
    project: string
    target: Target
    actor: string
    /** The moment of the state that is to be left; absent for a tenant that is being provisioned, and for a base. */
    since?: string
    /** Whether the tenant is still to be taken over, because it did not look like its project when it was imported. */
    adopt?: boolean
    /** Who wants its tables looked at first; a person may say `at` which revision they are. */
    look?: 'person' | 'reconciler' | undefined
    at?: number | undefined
  }): Promise<CatchUpStep>
  /** Keeps why it did not work, and when to try again; what is no fault of the tenant leaves its reason alone. */
  recordCatchUpFailure(input: {
    project: string
    target: Target
    actor: string
    errorType: string
    errorCode: string
    error: string
  }): Promise<void>
}

/** Activities of `importTenants`. */
export interface ImportActivities {
  /** Gives a project its first schema. Errors: `NOT_APPLICABLE` when it has one, or work is under way. */
  takeBaseline(input: ImportInput & { readonly baseline: string }): Promise<BaselineResult>
  /** Registers every namespace that matches the pattern; repeating it is harmless. */
  importNamespaces(input: ImportInput): Promise<Omit<ImportResult, 'baseline' | 'dry_run'>>
}

/** Activities of `markReleases`. */
export interface ReleaseActivities {
  /** Tells targets that were let go of so in their own databases; those that do not answer are tried again later. */
  markReleased(input: Readonly<Record<string, never>>): Promise<{ marked: number; left: number }>
}

export type TenantActivities = CatchUpActivities & ImportActivities & ReleaseActivities
