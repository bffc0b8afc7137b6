/** The activities of operations as their workflows call them; `retryPolicies.ts` has the limits of each group. */
import { proxyActivities, proxyLocalActivities } from '@temporalio/workflow'
import type { CatalogActivities, PolicyActivities, SweepActivities, TargetActivities } from '../contract.ts'
import { localFirst } from './localActivities.ts'
import { ACTIVITY_POLICIES, LOCAL_TRY_MS } from './retryPolicies.ts'

/** Bookkeeping in the catalog: one try within the workflow's own task, then activities until the catalog answers. */
export const catalog = localFirst<CatalogActivities>({
  local: proxyLocalActivities({ startToCloseTimeout: LOCAL_TRY_MS, retry: { maximumAttempts: 1 } }),
  scheduled: proxyActivities(ACTIVITY_POLICIES.catalog),
  names: [
    'openOperation',
    'takeTurn',
    'planOperation',
    'recordStep',
    'startTarget',
    'listCohorts',
    'countTenants',
    'persistSchema',
    'releaseTurn',
    'closeOperation',
    'readOperation',
  ],
})

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

/** Sweeps over cohorts. */
export const sweeping = proxyActivities<SweepActivities>(ACTIVITY_POLICIES.sweeping)

/** The first tries of the cache: when they are over, the ledger says what is the matter. */
export function firstTries(withinMs: number): Pick<CatalogActivities, 'publishCache'> {
  const atOnce = Math.min(withinMs, LOCAL_TRY_MS)
  return localFirst<Pick<CatalogActivities, 'publishCache'>>({
    local: proxyLocalActivities({ startToCloseTimeout: atOnce, retry: { maximumAttempts: 1 } }),
    scheduled: proxyActivities({ ...ACTIVITY_POLICIES.firstTries, scheduleToCloseTimeout: withinMs }),
    names: ['publishCache'],
  })
}

/** The first try of the hooks. */
export const firstTry = proxyActivities<Pick<TargetActivities, 'afterCommit'>>(ACTIVITY_POLICIES.firstTry)
