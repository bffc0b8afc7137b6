/** Where a state comes about: databases, a Temporal namespace and workers of its own, which are killed in the end. */
import type { ChildProcess } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import type pg from 'pg'
import { connectSchemaSaga, type SchemaSagaClient } from '../../src/client.ts'
import { readConfig } from '../../src/config.ts'
import { reconcileScheduleId } from '../../src/contract/reconcile.ts'
import { DEFAULT_TASK_QUEUE, operationWorkflowId } from '../../src/contract.ts'
import { registerNamespace } from '../../test/whole/namespace.ts'
import type { Doom, DoomPoint } from './doom.ts'
import { cutOff, endSessions, LONGEST_WAIT_MS, session, until } from './sessions.ts'
import { startWorker } from './startWorker.ts'
import { PROJECT } from './stories/mutations.ts'

/** Servers that all worlds share. */
export interface Ground {
  /** A superuser's connection string to a database of the Postgres that is dumped. */
  readonly url: (database: string) => string
  readonly temporalAddress: string
  readonly workflowBundlePath: string
}

/** The databases of a world, by what they are. */
export interface Databases {
  readonly catalog: string
  readonly alpha: string
  readonly beta: string
}

/** What a story works with. */
export interface World {
  readonly client: SchemaSagaClient
  readonly catalog: pg.Client
  readonly alpha: pg.Client
  readonly beta: pg.Client
  readonly databases: Databases
  /** Starts a worker, which dies at the point if there is one. */
  readonly work: (point?: DoomPoint) => Promise<void>
  /** Waits until the worker has died at its point. */
  readonly untilDead: () => Promise<void>
  /** Kills the worker, and ends the sessions that Postgres has not noticed yet. */
  readonly kill: () => Promise<void>
  /** Waits until the workflow of the operation has ended, which is later than what the ledger says. */
  readonly untilClosed: (operation: string) => Promise<void>
  /** Runs the statement in a transaction of a session of its own, which stays open until the returned function is called. */
  readonly hold: (database: keyof Databases, sql: string) => Promise<() => Promise<void>>
  /** Takes connections to beta no more until the returned function is called. */
  readonly cutBeta: () => Promise<() => Promise<void>>
  readonly close: () => Promise<void>
}

/** Opens a world on databases that exist. */
export async function openWorld(ground: Ground, databases: Databases): Promise<World> {
  const temporal = await registerNamespace(ground.temporalAddress)
  const env = {
    SCHEMA_SAGA_CATALOG_URL: ground.url(databases.catalog),
    TEMPORAL_ADDRESS: ground.temporalAddress,
    TEMPORAL_NAMESPACE: temporal.options.namespace,
    SCHEMA_SAGA_TASK_QUEUE: `states-${randomUUID()}`,
    ALPHA_URL: ground.url(databases.alpha),
    BETA_URL: ground.url(databases.beta),
  }
  const client = await connectSchemaSaga({ config: readConfig(env) })
  await client.initialise()
  // A run by the clock would come in between.
  await temporal.schedule.getHandle(reconcileScheduleId(env.SCHEMA_SAGA_TASK_QUEUE, DEFAULT_TASK_QUEUE)).pause()
  const sessions = await Promise.all(
    [databases.catalog, databases.alpha, databases.beta].map((name) => session(ground.url(name))),
  )
  const [catalog, alpha, beta] = sessions as [pg.Client, pg.Client, pg.Client]
  const workers: ChildProcess[] = []
  const holders = new Set<pg.Client>()
  return {
    client,
    catalog,
    alpha,
    beta,
    databases,
    work: async (point) => {
      const { workflowBundlePath } = ground
      const doom: Doom = {
        catalogDatabase: databases.catalog,
        workflowBundlePath,
        ...(point !== undefined && { point }),
      }
      workers.push(await startWorker(env, doom))
    },
    untilDead: async () => {
      const worker = workers.at(-1)
      if (worker !== undefined && worker.signalCode === null) {
        await once(worker, 'exit', { signal: AbortSignal.timeout(LONGEST_WAIT_MS) })
      }
      await endSessions(ground, databases)
    },
    kill: async () => {
      for (const worker of workers.filter(({ signalCode, exitCode }) => signalCode === null && exitCode === null)) {
        worker.kill('SIGKILL')
        await once(worker, 'exit')
      }
      await endSessions(ground, databases)
    },
    untilClosed: (operation) =>
      until(`the workflow of ${operation} has ended`, async () => {
        const handle = temporal.workflow.getHandle(operationWorkflowId(PROJECT, operation))
        return (await handle.describe()).status.name !== 'RUNNING'
      }),
    hold: async (database, sql) => {
      const holder = await session(ground.url(databases[database]))
      holders.add(holder)
      await holder.query(`begin; ${sql}`)
      return async () => {
        if (holders.delete(holder)) await holder.end()
      }
    },
    cutBeta: () => cutOff(ground, databases.beta),
    close: async () => {
      for (const holder of holders) await holder.end()
      await Promise.all([client.close(), temporal.connection.close()])
      await Promise.all(sessions.map((each) => each.end()))
    },
  }
}
