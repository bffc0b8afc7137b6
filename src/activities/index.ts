/** All activities over one catalog, the servers it names, and the embedder's hooks. */
import { cancellationSignal } from '@temporalio/activity'
import type { ActivityInterceptorsFactory } from '@temporalio/worker'
import type pg from 'pg'
import type { AllActivities } from '../contract.ts'
import { recordWait } from '../postgres/catalog/operations/waits.ts'
import { catalogIdOf } from '../postgres/catalog/projects/identity.ts'
import { requireServer } from '../postgres/catalog/projects/servers.ts'
import { catalogLeases } from '../postgres/catalog/sessions/leases.ts'
import { keepRaised } from '../postgres/catalog/steps/raised.ts'
import { createTargetPools } from '../postgres/sessions/pools.ts'
import type { ActivityDependencies, Clock } from './dependencies.ts'
import { FailureInterceptor, type NoteWait } from './failureInterceptor.ts'
import { createCatchUpActivities } from './fleet/catchUpActivities.ts'
import { createCatchUpManyActivities } from './fleet/catchUpManyActivities.ts'
import { createDriftRepair, createFleetActivities } from './fleet/fleetActivities.ts'
import { temporalFleetRuns } from './fleet/fleetRuns.ts'
import { createProvisionActivities } from './fleet/provisionActivities.ts'
import { createProvisionManyActivities } from './fleet/provisionManyActivities.ts'
import { createSetAsideActivities } from './fleet/setAsideActivities.ts'
import { createHeartbeating, HEARTBEAT_EVERY_MS } from './heartbeating.ts'
import { authorizing } from './hooks/authorizing.ts'
import type { Hooks } from './hooks/hooks.ts'
import { createImportActivities } from './import/importActivities.ts'
import { createCatalogActivities } from './operation/catalogActivities.ts'
import { createPolicyActivities } from './operation/policyActivities.ts'
import { createReconcileActivities } from './reconcileActivities.ts'
import { createPreflightActivities } from './targets/preflightActivities.ts'
import { createSweepActivities } from './targets/sweepActivities.ts'
import { createTargetActivities } from './targets/targetActivities.ts'
import { createTenantListActivities } from './tenantList/syncTenants.ts'
import { temporalRuns } from './workflowClient.ts'

export { CAPABILITIES, type Capability } from '../contract/hooks/capabilities.ts'
export type { Clock } from './dependencies.ts'
export type { AfterCommitContext, Hooks } from './hooks/hooks.ts'

/** What activities are made of. */
export interface ActivityOptions {
  readonly catalog: pg.Pool
  /** The connection string in a variable of the worker's environment. */
  readonly dsn: (variable: string) => string | undefined
  readonly hooks: Hooks
  /** Default: the wall's. */
  readonly now?: Clock
  /** Between two heartbeats, in ms; default 4,000. It has to fit the heartbeat timeout of the workflows (15 s). */
  readonly heartbeatEveryMs?: number
}

/** The activities with the interceptor that they run under; `close` ends the pools of the targets, not the catalog's. */
export interface CreatedActivities {
  readonly activities: AllActivities
  readonly interceptor: ActivityInterceptorsFactory
  readonly close: () => Promise<void>
}

/** Makes the activities of one worker. */
export function createActivities(deps: ActivityOptions): CreatedActivities {
  const { now = Date.now, heartbeatEveryMs = HEARTBEAT_EVERY_MS } = deps
  const targetPools = createTargetPools({
    server: (id) => requireServer(deps.catalog, id),
    dsn: deps.dsn,
    leases: catalogLeases(deps.catalog),
    raised: keepRaised(deps.catalog),
    catalogId: () => catalogIdOf(deps.catalog),
    // A worker that stops must not wait for sessions that it no longer needs.
    signal: cancellationSignal,
  })
  const shared: ActivityDependencies = {
    catalog: deps.catalog,
    hooks: deps.hooks,
    targetPools,
    runs: temporalRuns,
    now,
    whileHeartbeating: createHeartbeating(heartbeatEveryMs),
  }
  const withRuns = { ...shared, fleetRuns: temporalFleetRuns }
  const activities: AllActivities = {
    ...createCatalogActivities(shared),
    ...createPolicyActivities(shared),
    ...createTargetActivities(shared),
    ...createProvisionActivities(shared),
    ...createProvisionManyActivities(shared),
    ...createSweepActivities(shared),
    ...createPreflightActivities(shared),
    ...createFleetActivities(shared),
    ...createSetAsideActivities(shared),
    ...createCatchUpActivities(shared),
    ...createCatchUpManyActivities(shared),
    ...createReconcileActivities(withRuns, createDriftRepair(shared)),
    ...createTenantListActivities(withRuns),
    ...createImportActivities(shared),
  }
  const noteWait: NoteWait = (step) => recordWait(deps.catalog, step)
  const interceptor: ActivityInterceptorsFactory = (context) => ({
    inbound: new FailureInterceptor(context, now, noteWait),
  })
  return { activities: authorizing(shared, activities), interceptor, close: targetPools.close }
}
