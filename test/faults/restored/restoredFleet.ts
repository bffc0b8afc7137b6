/** A recorded state at work again: a worker in this process, and a Temporal that knows nothing of what was begun. */
import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { inject } from 'vitest'
import { connectSchemaSaga, type SchemaSagaClient } from '../../../src/client.ts'
import { readConfig } from '../../../src/config.ts'
import { reconcileScheduleId } from '../../../src/contract/reconcile.ts'
import { DEFAULT_TASK_QUEUE } from '../../../src/contract.ts'
import { runWorker } from '../../../src/worker.ts'
import { WORKFLOWS_IN_THIS_THREAD } from '../../fixtures/temporalRuntime.ts'
import type { Manifest } from '../../upgrade/manifest.ts'
import { type Release, restoreState } from '../../upgrade/restore.ts'
import { registerNamespace } from '../../whole/namespace.ts'

/** What a test sees of it. */
export interface RestoredFleet {
  readonly manifest: Manifest
  readonly client: SchemaSagaClient
  readonly alpha: pg.Client
  readonly beta: pg.Client
  readonly stop: () => Promise<void>
}

/** Restores the state, brings its catalog up to date, and starts a worker. */
export async function restoreFleet(release: Release, state: string): Promise<RestoredFleet> {
  const { manifest, urls, drop } = await restoreState(release, state)
  const [catalog, alpha, beta] = await Promise.all([connect(urls.catalog), connect(urls.alpha), connect(urls.beta)])
  const temporal = await registerNamespace(inject('temporalAddress'))
  const config = readConfig({
    SCHEMA_SAGA_CATALOG_URL: urls.catalog,
    TEMPORAL_ADDRESS: inject('temporalAddress'),
    TEMPORAL_NAMESPACE: temporal.options.namespace,
    SCHEMA_SAGA_TASK_QUEUE: `restored-${randomUUID()}`,
  })
  const client = await connectSchemaSaga({ config })
  await client.initialise()
  const schedule = temporal.schedule.getHandle(reconcileScheduleId(config.taskQueue, DEFAULT_TASK_QUEUE))
  // A run by the clock would come in between.
  await schedule.pause()
  const variables = await ownVariables(catalog, { alpha: urls.alpha, beta: urls.beta })
  await catalog.end()
  const worker = await runWorker(config, {
    workflowBundlePath: inject('workflowBundlePath'),
    shutdownGraceMs: 0,
    amend: (worker) => ({ ...worker, ...WORKFLOWS_IN_THIS_THREAD }),
  })
  return {
    manifest,
    client,
    alpha,
    beta,
    stop: async () => {
      await worker.stop()
      await schedule.delete()
      await temporal.connection.close()
      await Promise.all([client.close(), alpha.end(), beta.end()])
      for (const variable of variables) delete process.env[variable]
      await drop()
    },
  }
}

/** The workers of all states share an environment: each state's servers get variables of their own. */
async function ownVariables(catalog: pg.Client, urls: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const own = randomUUID().replaceAll('-', '_')
  const variables: string[] = []
  for (const [server, url] of Object.entries(urls)) {
    const variable = `RESTORED_${own}_${server.toUpperCase()}_URL`
    process.env[variable] = url
    variables.push(variable)
    await catalog.query('update schema_saga.server set dsn_env = $2 where id = $1', [server, variable])
  }
  return variables
}

async function connect(connectionString: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString })
  await client.connect()
  return client
}
