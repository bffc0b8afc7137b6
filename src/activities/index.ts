/** All activities over one catalog, the servers it names, and the embedder's hooks. */
import { cancellationSignal } from '@temporalio/activity'
import type pg from 'pg'
import type { AllActivities } from '../contract.ts'
import { catalogLeases } from '../postgres/catalog/leases.ts'
import { requireServer } from '../postgres/catalog/servers.ts'
import { createTargetPools } from '../postgres/pools.ts'
import { createCatalogActivities } from './catalogActivities.ts'
import { createCatchUpActivities } from './catchUpActivities.ts'
import type { ActivityDependencies, Hooks } from './dependencies.ts'
import { createFleetActivities } from './fleetActivities.ts'
import { temporalFleetRuns } from './fleetRuns.ts'
import { createImportActivities } from './importActivities.ts'
import { createPolicyActivities } from './policyActivities.ts'
import { createPreflightActivities } from './preflightActivities.ts'
import { createProvisionActivities } from './provisionActivities.ts'
import { createReconcileActivities } from './reconcileActivities.ts'
import { temporalRuns } from './runs.ts'
import { createSetAsideActivities } from './setAsideActivities.ts'
import { createSweepActivities } from './sweepActivities.ts'
import { createTargetActivities } from './targetActivities.ts'

export type { Hooks } from './dependencies.ts'

/** Makes the activities; `close` ends the pools of the targets, not the catalog's. */
export function createActivities(deps: {
  readonly catalog: pg.Pool
  /** The connection string in a variable of the worker's environment. */
  readonly dsn: (variable: string) => string | undefined
  readonly hooks: Hooks
}): { activities: AllActivities; close: () => Promise<void> } {
  const targetPools = createTargetPools({
    server: (id) => requireServer(deps.catalog, id),
    dsn: deps.dsn,
    leases: catalogLeases(deps.catalog),
    // A worker that stops must not wait for sessions that it no longer needs.
    signal: cancellationSignal,
  })
  const shared: ActivityDependencies = { catalog: deps.catalog, hooks: deps.hooks, targetPools, runs: temporalRuns }
  const fleet = createFleetActivities(shared)
  const activities = {
    ...createCatalogActivities(shared),
    ...createPolicyActivities(shared),
    ...createTargetActivities(shared),
    ...createProvisionActivities(shared),
    ...createSweepActivities(shared),
    ...createPreflightActivities(shared),
    ...fleet,
    ...createSetAsideActivities(shared),
    ...createCatchUpActivities(shared),
    ...createReconcileActivities({ ...shared, fleetRuns: temporalFleetRuns }, fleet.repairDriftAdditively),
    ...createImportActivities(shared),
  }
  return { activities, close: targetPools.close }
}
