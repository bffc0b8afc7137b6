/** All activities over one catalog, the servers it names, and the embedder's hooks. */
import type pg from 'pg'
import type { Activities, TenantActivities } from '../contract.ts'
import { requireServer } from '../postgres/catalog/servers.ts'
import { createTargetPools } from '../postgres/pools.ts'
import { createCatalogActivities } from './catalogActivities.ts'
import { createCatchUpActivities } from './catchUpActivities.ts'
import type { ActivityDependencies, Hooks } from './dependencies.ts'
import { createImportActivities } from './importActivities.ts'
import { createProvisionActivities } from './provisionActivities.ts'
import { createTargetActivities } from './targetActivities.ts'

export type { Hooks } from './dependencies.ts'

/** Makes the activities; `close` ends the pools of the targets, not the catalog's. */
export function createActivities(deps: {
  readonly catalog: pg.Pool
  /** The connection string in a variable of the worker's environment. */
  readonly dsn: (variable: string) => string | undefined
  readonly hooks: Hooks
}): { activities: Activities & TenantActivities; close: () => Promise<void> } {
  const targetPools = createTargetPools({ server: (id) => requireServer(deps.catalog, id), dsn: deps.dsn })
  const shared: ActivityDependencies = { catalog: deps.catalog, hooks: deps.hooks, targetPools }
  const activities = {
    ...createCatalogActivities(shared),
    ...createTargetActivities(shared),
    ...createProvisionActivities(shared),
    ...createCatchUpActivities(shared),
    ...createImportActivities(shared),
  }
  return { activities, close: targetPools.close }
}
