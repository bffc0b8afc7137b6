/** Many tenants at once: `provisionTenants` makes a batch of new ones, `catchUpTenants` brings parked ones up. */
import type { Target, TargetProblem } from '../targets.ts'

/** The workflow id of one batch of new tenants. */
export function provisionTenantsWorkflowId(project: string, batch: string): string {
  return `provision/${project}/batch/${batch}`
}

/** The most tenants of one batch: what its activities are given and return stays far below the 2 MB that Temporal takes. */
export const MOST_IN_BATCH = 200

/** A tenant that is wanted, and where. */
export interface WantedTenant {
  readonly id: string
  /** The server that is to hold it. */
  readonly server: string
  /** A new namespace or an empty one. */
  readonly namespace: string
}

/** Input of the workflow `provisionTenants`. */
export interface ProvisionTenantsInput {
  readonly project: string
  readonly actor: string
  /** At most `MOST_IN_BATCH`. */
  readonly tenants: readonly WantedTenant[]
}

/** A tenant that could not be made, and why. */
export interface NotProvisioned extends WantedTenant {
  readonly code: string
  readonly error: string
}

/** What became of new tenants. */
export interface ProvisionTenantsResult {
  /** How many were made, and are active. */
  readonly added: number
  /** How many were tenants of the project before, at the same place. */
  readonly there: number
  /** Those that were refused or could not be made, with the reason for each. */
  readonly failed: readonly NotProvisioned[]
}

/** A target that was made, and the revision at which it is. */
export interface MadeTarget {
  readonly target: Target
  readonly revision: number
}

/** A target that could not be made, and why. */
export interface UnmadeTarget {
  readonly target: Target
  readonly code: string
  readonly error: string
}

/** Activities of `provisionTenants`; repeating one with the same input is harmless. */
export interface ProvisionTenantsActivities {
  /** Accepts the tenants one by one and reserves their places: those to be made, those that are there, those refused. */
  openProvisionings(input: ProvisionTenantsInput): Promise<{
    opened: readonly Target[]
    there: number
    refused: readonly NotProvisioned[]
  }>
  /** Makes each as `provisionTarget` does; `later`: those that waiting may cure. */
  provisionTargets(input: { project: string; targets: readonly Target[] }): Promise<{
    made: readonly MadeTarget[]
    later: readonly UnmadeTarget[]
    failed: readonly UnmadeTarget[]
  }>
  /** Activates each as `activateTarget` does; `late`: those that an operation has overtaken. */
  activateTargets(input: { project: string; made: readonly MadeTarget[] }): Promise<{
    active: number
    late: readonly Target[]
  }>
  /** Leaves nothing of those that could not be made. */
  abandonProvisionings(input: { project: string; actor: string; unmade: readonly UnmadeTarget[] }): Promise<void>
}

/** The workflow id under which all parked tenants of a project are brought up; a fixed one, so that who asks again joins. */
export function catchUpAllWorkflowId(project: string): string {
  return `catch-up/${project}/all`
}

/** The workflow id under which those are brought up that one run of the reconciler has claimed. */
export function catchUpBatchWorkflowId(project: string, batch: string): string {
  return `catch-up/${project}/batch/${batch}`
}

/** Input of the workflow `catchUpTenants`. */
export interface CatchUpTenantsInput {
  readonly project: string
  readonly actor?: string
  /** Only these of those that failed, as the reconciler brings them up; at most `MOST_IN_BATCH`. */
  readonly tenants?: readonly string[]
  /** Where a run that goes on as a new one is. */
  readonly soFar?: CatchUpTenantsSoFar
}

/** What a catch-up of many tenants has come to. */
export interface CatchUpTenantsSoFar extends CatchUpTenantsResult {
  /** The last tenant, in the order of ids, that has had its turn. */
  readonly after: string
}

/** What became of parked tenants. */
export interface CatchUpTenantsResult {
  /** How many were brought to the revision of their project, and are active. */
  readonly active: number
  /** How many stay parked because a person has put them aside, or has accepted them as they are. */
  readonly kept: number
  /** How many could not be brought up, and stay parked with the reason. */
  readonly left: number
  /** Those, with the reason; at most 1,000. */
  readonly failed: readonly NotBroughtUp[]
  /** Those that are active, with their revisions before and after, in the order in which they were brought up: a megabyte at most. */
  readonly revisions: readonly MovedTenant[]
  /** How many more there are. */
  readonly revisions_left_out: number
}

/** A tenant that was brought up. */
export interface MovedTenant {
  /** The tenant. */
  readonly id: string
  /** The revision that its tables were found to have; null where they were brought up before anybody looked. */
  readonly from: number | null
  /** The revision at which it is active. */
  readonly to: number
}

/** A tenant that could not be brought up, and why. */
export interface NotBroughtUp {
  /** The tenant. */
  readonly id: string
  /** The code of `error`: one of docs/errors.md. */
  readonly code: string
  /** Why, in a sentence. */
  readonly error: string
}

/** A tenant on its way back. */
export interface Comeback {
  readonly target: Target
  /** The moment of the state that is to be left. */
  readonly since: string
  /** Whether it is still to be taken over. */
  readonly adopt: boolean
  /** As far as the catalog knows it. */
  readonly revision?: number | null
}

/** How tenants fared together; the others are active. */
export interface BroughtUp {
  readonly active: number
  /** Those for which something stands in the way that waiting may cure. */
  readonly later: readonly TargetProblem[]
  /** Those for which something stands in the way that it does not. */
  readonly refused: readonly TargetProblem[]
  /** Those that need a workflow of their own: something is to be undone first, or their plan did not come through. */
  readonly alone: readonly string[]
  /** Those that are active. */
  readonly moved?: readonly MovedTenant[]
}

/** Activities of `catchUpTenants`; repeating one with the same input is harmless. */
export interface CatchUpTenantsActivities {
  /** The next parked tenants in the order of ids, marked as being under way. Errors: `PROJECT_NOT_FOUND`. */
  openCatchUps(input: {
    project: string
    actor?: string | undefined
    after: string
    tenants?: readonly string[] | undefined
  }): Promise<{
    opened: readonly Comeback[]
    /** How many a person wants parked. */
    kept: number
    /** Whether there may be others behind these. */
    more: boolean
  }>
  /** Brings up tenants of one server, each in the steps that `nextCatchUp` decides, by sweeps over those that miss the same. */
  bringUpTargets(input: {
    project: string
    actor: string
    look: 'person' | 'reconciler'
    comebacks: readonly Comeback[]
  }): Promise<BroughtUp>
  /** Keeps of each why it did not work, as `recordCatchUpFailure` does. */
  recordCatchUpFailures(input: {
    project: string
    actor: string
    failures: readonly (TargetProblem & { readonly target: Target })[]
  }): Promise<void>
}
