/** Tenants that come back and go: catching up with their project, and being told that they were let go of. */
import type { ParkCause, TenantState } from '../states.ts'
import type { Target, TargetWork } from '../targets.ts'
import type { ImportActivities } from './importing.ts'

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

/** Activities of `markReleases`. */
export interface ReleaseActivities {
  /** Tells targets that were let go of so in their own databases; those that do not answer are tried again later. */
  markReleased(input: Readonly<Record<string, never>>): Promise<{ marked: number; left: number }>
}

export type TenantActivities = CatchUpActivities & ImportActivities & ReleaseActivities
