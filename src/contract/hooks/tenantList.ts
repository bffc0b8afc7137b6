/** Projects whose tenants are those of an embedder's own list, which workers get from a hook. */

/** A tenant as the embedder lists it. */
export interface ListedTenant {
  readonly id: string
  readonly server: string
  readonly namespace: string
}

/** What of one tenant of the list could not be done; the next look at the list tries it again. */
export interface ListProblem {
  readonly tenant: string
  readonly errorCode: string
  readonly error: string
}

/** What became of the catalog's tenants when they were brought in line with the list. */
export interface TenantSync {
  readonly listed: number
  /** New ones whose namespace was made, or was empty. */
  readonly provisioned: number
  /** New ones whose namespace had tables; those that do not look like the project are parked. */
  readonly imported: number
  /** Those that the list has no more. */
  readonly suspended: number
  /** Those that the list has again. */
  readonly returning: number
  readonly failed: number
  /** The first 100. */
  readonly problems: readonly ListProblem[]
}

/** The activity that asks the embedder. */
export interface TenantListActivities {
  /**
   * Provisions the tenants that are new in the list, and suspends those that it lacks. `closing`: base and tenants were
   * changed already. Errors: `TENANTS_MISSING`; `TENANT_LIST_UNAVAILABLE` and `HOOK_MISSING`, both tried again.
   */
  syncTenants(input: { operationId: string; closing?: boolean }): Promise<TenantSync>
}
