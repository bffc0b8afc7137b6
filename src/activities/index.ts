/** All activities over one catalog, the servers it names, and the embedder's hooks. */
import { cancellationSignal } from '@temporalio/activity'
import type { ActivityInterceptorsFactory } from '@temporalio/worker'
import type pg from 'pg'
import type { AllActivities } from '../contract.ts'
import { catalogIdOf } from '../postgres/catalog/identity.ts'
import { catalogLeases } from '../postgres/catalog/leases.ts'
import { keepRaised } from '../postgres/catalog/raised.ts'
import { requireServer } from '../postgres/catalog/servers.ts'
import { recordWait } from '../postgres/catalog/waits.ts'
import { createTargetPools } from '../postgres/pools.ts'
import { createCatalogActivities } from './catalogActivities.ts'
import { createCatchUpActivities } from './catchUpActivities.ts'
import type { ActivityDependencies, Clock, Hooks } from './dependencies.ts'
import { FailureInterceptor, type NoteWait } from './failureInterceptor.ts'
import { createDriftRepair, createFleetActivities } from './fleetActivities.ts'
import { temporalFleetRuns } from './fleetRuns.ts'
import { createHeartbeating, HEARTBEAT_EVERY_MS } from './heartbeating.ts'
import { createImportActivities } from './importActivities.ts'
import { createPolicyActivities } from './policyActivities.ts'
import { createPreflightActivities } from './preflightActivities.ts'
import { createProvisionActivities } from './provisionActivities.ts'
import { createReconcileActivities } from './reconcileActivities.ts'
import { temporalRuns } from './runs.ts'
import { createSetAsideActivities } from './setAsideActivities.ts'
import { createSweepActivities } from './sweepActivities.ts'
import { createTargetActivities } from './targetActivities.ts'

export type { Clock, Hooks } from './dependencies.ts'

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
  const activities = {
    ...createCatalogActivities(shared),
    ...createPolicyActivities(shared),
    ...createTargetActivities(shared),
    ...createProvisionActivities(shared),
    ...createSweepActivities(shared),
    ...createPreflightActivities(shared),
    ...createFleetActivities(shared),
    ...createSetAsideActivities(shared),
    ...createCatchUpActivities(shared),
    ...createReconcileActivities({ ...shared, fleetRuns: temporalFleetRuns }, createDriftRepair(shared)),
    ...createImportActivities(shared),
  }
  const noteWait: NoteWait = (step) => recordWait(deps.catalog, step)
  const interceptor: ActivityInterceptorsFactory = (context) => ({
    inbound: new FailureInterceptor(context, now, noteWait),
  })
  return { activities, interceptor, close: targetPools.close }
}
