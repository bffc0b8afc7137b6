/** The activities of workflows beside the operations; `retryPolicies.ts` has the limits of each group. */
import { proxyActivities } from '@temporalio/workflow'
import type { ReconcileActivities } from '../../contract/reconcile.ts'
import type { SetAsideActivities } from '../../contract/setAside.ts'
import type {
  CatchUpActivities,
  CatchUpTenantsActivities,
  FleetActivities,
  ImportActivities,
  ProvisionActivities,
  ProvisionTenantsActivities,
  ReleaseActivities,
  TargetActivities,
} from '../../contract.ts'
import { ACTIVITY_POLICIES } from '../retryPolicies.ts'

/** Making a tenant's namespace and its tables. */
export const provisioning = proxyActivities<ProvisionActivities>(ACTIVITY_POLICIES.provisioning)

/** Making those of many tenants, and all that goes with it. */
export const manyProvisionings = proxyActivities<ProvisionTenantsActivities>(ACTIVITY_POLICIES.provisioning)

/** A look at a fleet. */
export const looking = proxyActivities<FleetActivities>(ACTIVITY_POLICIES.looking)

/** Listing, purging and restoring of what is set aside. */
export const setAside = proxyActivities<SetAsideActivities>(ACTIVITY_POLICIES.setAside)

/** What catch-up reads and writes in the catalog. */
export const catchUps = proxyActivities<
  Pick<CatchUpActivities, 'openCatchUp' | 'openBaseCatchUp' | 'recordCatchUpFailure'>
>(ACTIVITY_POLICIES.catchUps)

/** What catch-up does on the tenant. */
export const catchUpWork = proxyActivities<
  Pick<CatchUpActivities, 'nextCatchUp'> & Pick<TargetActivities, 'applyToTarget' | 'compensateTarget'>
>(ACTIVITY_POLICIES.catchUpWork)

/** What it does for many tenants at once: its catalog is waited for as long as its targets. */
export const manyCatchUps = proxyActivities<CatchUpTenantsActivities>(ACTIVITY_POLICIES.catchUpWork)

/** Taking over an existing fleet. */
export const importing = proxyActivities<ImportActivities>(ACTIVITY_POLICIES.importing)

/** Telling targets that they were let go of. */
export const releases = proxyActivities<ReleaseActivities>(ACTIVITY_POLICIES.reconciling)

/** The duties of the reconciler. */
export const reconciling = proxyActivities<Omit<ReconcileActivities, 'repairDriftInTurn'>>(
  ACTIVITY_POLICIES.reconciling,
)

/** The repair of drift, with the project's turn held. */
export const driftRepairs = proxyActivities<Pick<ReconcileActivities, 'repairDriftInTurn'>>(
  ACTIVITY_POLICIES.driftRepairs,
)
