/** A running world: databases, a worker, a Temporal of its own, and projects as the plan has them. */
import pg from 'pg'
import { connectSchemaSaga, type SchemaSagaClient } from '../../../src/client.ts'
import { type TcpProxy, tcpProxy } from '../../whole/tcpProxy.ts'
import type { PlacedTenant, World, WorldPlan } from '../types.ts'
import { createSky, type Sky } from '../weather/sky.ts'
import { createClock } from './clock.ts'
import type { Lane, Lanes } from './lanes.ts'
import { createServer, dsnOf, type ServedServer } from './servers.ts'
import { SUPERUSER, type Surroundings } from './surroundings.ts'
import { openActivities } from './worker.ts'

/** A world as the weather and the runner see it. */
export interface WeatheredWorld extends World {
  readonly sky: Sky
  readonly servers: ReadonlyMap<string, ServedServer>
  readonly catalogProxy: TcpProxy
  /** All databases of the world have names that begin so. */
  readonly prefix: string
  /** `hangs`: a command is still waiting for its answer. */
  readonly stop: (hangs?: boolean) => Promise<void>
  /** What happened so far, in lines. */
  readonly lines: readonly string[]
}

let worlds = 0

/** Makes a world without projects. */
export async function createWorld(surroundings: Surroundings, lanes: Lanes, named: WorldPlan): Promise<WeatheredWorld> {
  worlds += 1
  const number = worlds
  // Workflow ids name the project, and worlds share a Temporal.
  const plan = { ...named, projects: named.projects.map((each) => ({ ...each, id: `${each.id}${number}` })) }
  const lane = await lanes.take(plan.cachedWorkflows)
  const { temporal, taskQueue } = lane
  const prefix = `sim${process.pid.toString(36)}w${number}`
  const catalogName = `${prefix}_catalog`
  await surroundings.createCatalog(catalogName)
  const catalogUrl = surroundings.url(SUPERUSER, catalogName)
  const catalogProxy = await tcpProxy(catalogUrl)
  const servers = new Map<string, ServedServer>()
  for (const each of plan.servers) servers.set(each.id, await createServer(surroundings, each, prefix))
  const urlOf = (database: string): string => surroundings.url(SUPERUSER, database)
  const sky = createSky()
  const clock = createClock(temporal, { admin: surroundings.admin, prefix, catalogUrl, urlOf }, sky)
  const dsn = new Map([...servers.values()].map((server) => [server.variable, dsnOf(server)]))
  const { activities, close } = openActivities({
    ...{ catalogUrl: catalogProxy.url, sky },
    dsn: (name) => dsn.get(name),
    now: () => temporal.currentTimeMs(),
  })
  lane.enter(activities)
  const client = await connectTo(lane, catalogUrl)
  const catalog = new pg.Pool({ connectionString: catalogUrl, max: 3, application_name: 'simulation' })
  // What is idle when the server stops is no loss.
  catalog.on('error', () => undefined)
  const lines: string[] = []
  const started = Date.now()
  for (const server of servers.values()) {
    await client.addServer({
      ...{ id: server.id, dsnEnv: server.variable, databasePerTenant: server.databasePerTenant },
      maxSessions: 4,
    })
  }
  return {
    ...{ plan, catalogUrl, catalog, client, taskQueue, servers, clock, sky, catalogProxy, prefix, lines },
    temporal: temporal.client,
    places: () => placesOf(catalog),
    log: (line) => {
      const timed = `${((Date.now() - started) / 1000).toFixed(1).padStart(6)} s  ${line}`
      lines.push(timed)
      surroundings.trace(timed)
    },
    stop: async (hangs = false) => {
      await lanes.giveBack(lane, hangs)
      await close()
      if (!hangs) await client.close()
      await catalog.end()
      await catalogProxy.close()
      await Promise.all([...servers.values()].map(({ proxy }) => proxy.close()))
      await surroundings.dropDatabases(prefix)
    },
  }
}

async function connectTo({ temporal: { address }, taskQueue }: Lane, catalogUrl: string): Promise<SchemaSagaClient> {
  const temporal = { address, namespace: 'default', connection: {} }
  return await connectSchemaSaga({ config: { catalogUrl, temporal, taskQueue, webUi: null, workflowBundle: null } })
}

async function placesOf(catalog: pg.Pool): Promise<readonly PlacedTenant[]> {
  const { rows } = await catalog.query<PlacedTenant>(
    `select project_id as project, scope as tenant, server_id as server, namespace
       from schema_saga.place order by project_id, scope collate "C"`,
  )
  return rows
}
