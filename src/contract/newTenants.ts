/** Many new tenants at once: the workflow `provisionTenants` makes a batch of them. */
import type { Target } from './targets.ts'

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
