/** The activities of operations as their workflows call them; `retryPolicies.ts` has the limits of each group. */
import { proxyActivities, proxyLocalActivities } from '@temporalio/workflow'
import type { TenantListActivities } from '../contract/hooks/tenantList.ts'
import type { CatalogActivities, PolicyActivities, SweepActivities, TargetActivities } from '../contract.ts'
import { localFirst } from './localActivities.ts'
import { ACTIVITY_POLICIES, LOCAL_TRY_MS } from './retryPolicies.ts'

const quick = proxyLocalActivities<CatalogActivities>({
  startToCloseTimeout: LOCAL_TRY_MS,
  retry: { maximumAttempts: 1 },
})
const scheduled = proxyActivities<CatalogActivities>(ACTIVITY_POLICIES.catalog)

/** Bookkeeping in the catalog; what every operation needs is tried locally first. */
export const catalog: CatalogActivities = {
  openOperation: localFirst(quick.openOperation, scheduled.openOperation),
  takeTurn: localFirst(quick.takeTurn, scheduled.takeTurn),
  planOperation: localFirst(quick.planOperation, scheduled.planOperation),
  recordStep: localFirst(quick.recordStep, scheduled.recordStep),
  recordUndone: scheduled.recordUndone,
  startTarget: localFirst(quick.startTarget, scheduled.startTarget),
  listCohorts: localFirst(quick.listCohorts, scheduled.listCohorts),
  listCohortTargets: scheduled.listCohortTargets,
  countTenants: localFirst(quick.countTenants, scheduled.countTenants),
  persistSchema: localFirst(quick.persistSchema, scheduled.persistSchema),
  beginCompensation: scheduled.beginCompensation,
  markNeedsRepair: scheduled.markNeedsRepair,
  closeOperation: localFirst(quick.closeOperation, scheduled.closeOperation),
  releaseTurn: localFirst(quick.releaseTurn, scheduled.releaseTurn),
  publishCache: scheduled.publishCache,
  readOperation: localFirst(quick.readOperation, scheduled.readOperation),
  audit: scheduled.audit,
  setParallelism: scheduled.setParallelism,
  setPaused: scheduled.setPaused,
}

/** Leaving tenants behind and continuing a held operation. */
export const policy = proxyActivities<PolicyActivities>(ACTIVITY_POLICIES.policy)

/** Work on one target, and the look at all of them. */
export const targets = proxyActivities<TargetActivities>(ACTIVITY_POLICIES.targets)

/** The cache and the hooks once the schema is durable. */
export const afterwards = proxyActivities<
  Pick<CatalogActivities, 'publishCache'> & Pick<TargetActivities, 'afterCommit'>
>(ACTIVITY_POLICIES.afterwards)

/** Cleaning up on targets once the schema is durable. */
export const settling = proxyActivities<Pick<TargetActivities, 'settleTargets'>>(ACTIVITY_POLICIES.settling)

/** The embedder's own list of tenants. */
export const tenantList = proxyActivities<TenantListActivities>(ACTIVITY_POLICIES.synchronising)

/** Sweeps over cohorts. */
export const sweeping = proxyActivities<SweepActivities>(ACTIVITY_POLICIES.sweeping)

/** The first tries of the cache: when they are over, the ledger says what is the matter. */
export function firstTries(withinMs: number): Pick<CatalogActivities, 'publishCache'> {
  const atOnce = proxyLocalActivities<CatalogActivities>({
    startToCloseTimeout: Math.min(withinMs, LOCAL_TRY_MS),
    retry: { maximumAttempts: 1 },
  })
  const later = proxyActivities<CatalogActivities>({
    ...ACTIVITY_POLICIES.firstTries,
    scheduleToCloseTimeout: withinMs,
  })
  return { publishCache: localFirst(atOnce.publishCache, later.publishCache) }
}

/** The first try of the hooks. */
export const firstTry = proxyActivities<Pick<TargetActivities, 'afterCommit'>>(ACTIVITY_POLICIES.firstTry)
