/** A running world: databases, a worker, a Temporal of its own, and projects as the plan has them. */
import pg from 'pg'
import type { CreatedActivities } from '../../../src/activities/index.ts'
import { connectSchemaSaga, type SchemaSagaClient } from '../../../src/client.ts'
import { type TcpProxy, tcpProxy } from '../../whole/tcpProxy.ts'
import { createBursts } from '../application/bursts.ts'
import type { PlacedTenant, World, WorldPlan } from '../types.ts'
import { createSky, type Sky } from '../weather/sky.ts'
import { createClock } from './clock.ts'
import type { Lane, Lanes } from './lanes.ts'
import { createServer, dsnOf, type ServedServer } from './servers.ts'
import { withSmallCohorts } from './smallCohorts.ts'
import { SUPERUSER, type Surroundings } from './surroundings.ts'
import { openActivities } from './worker.ts'

/** A world as the weather and the runner see it. */
export interface WeatheredWorld extends World {
  readonly sky: Sky
  readonly servers: ReadonlyMap<string, ServedServer>
  readonly catalogProxy: TcpProxy
  /** `hangs`: a command is still waiting for its answer. */
  readonly stop: (hangs?: boolean) => Promise<void>
  /** What happened so far, in lines. */
  readonly lines: readonly string[]
}

let worlds = 0

/** Makes a world without projects. */
export async function createWorld(surroundings: Surroundings, lanes: Lanes, named: WorldPlan): Promise<WeatheredWorld> {
  worlds += 1
  const plan = withOwnIds(named, worlds)
  const prefix = `sim${process.pid.toString(36)}w${worlds}`
  const databases = await createDatabases(surroundings, plan, prefix)
  const { catalogUrl, servers } = databases
  const lane = await lanes.take(plan.cachedWorkflows)
  const sky = createSky()
  const { activities, close } = activitiesOf(lane, databases, sky)
  lane.enter(withSmallCohorts(activities, plan.cohortSize))
  const client = await connectTo(lane, catalogUrl)
  const catalog = openPool(catalogUrl)
  const log = createLog(surroundings.trace)
  await addServers(client, servers)
  const urlOf = (database: string): string => surroundings.url(SUPERUSER, database)
  return {
    ...databases,
    ...log,
    plan,
    catalog,
    client,
    sky,
    prefix,
    bursts: createBursts(),
    taskQueue: lane.taskQueue,
    temporal: lane.temporal.client,
    clock: createClock(lane.temporal, { admin: surroundings.admin, prefix, catalogUrl, urlOf }, sky),
    places: () => placesOf(catalog),
    ...{ replaced: new Set(), byHand: new Set() },
    stop: async (hangs = false) => {
      await lanes.giveBack(lane, hangs)
      await close()
      if (!hangs) await client.close()
      await catalog.end()
      await Promise.all(proxiesOf(databases).map((proxy) => proxy.close()))
      await surroundings.dropDatabases(prefix)
    },
  }
}

/** Workflow ids name the project, and worlds share a Temporal. */
function withOwnIds(plan: WorldPlan, number: number): WorldPlan {
  return { ...plan, projects: plan.projects.map((project) => ({ ...project, id: `${project.id}${number}` })) }
}

type Databases = Pick<WeatheredWorld, 'catalogUrl' | 'catalogProxy' | 'servers'>

async function createDatabases(surroundings: Surroundings, plan: WorldPlan, prefix: string): Promise<Databases> {
  const name = `${prefix}_catalog`
  await surroundings.createCatalog(name)
  const catalogUrl = surroundings.url(SUPERUSER, name)
  const servers = new Map<string, ServedServer>()
  for (const each of plan.servers) servers.set(each.id, await createServer(surroundings, each, prefix))
  return { catalogUrl, catalogProxy: await tcpProxy(catalogUrl), servers }
}

/** They reach catalog and targets through networks that can be cut. */
function activitiesOf({ temporal }: Lane, { catalogProxy, servers }: Databases, sky: Sky): CreatedActivities {
  const dsn = new Map([...servers.values()].map((server) => [server.variable, dsnOf(server)]))
  return openActivities({
    catalogUrl: catalogProxy.url,
    sky,
    dsn: (name) => dsn.get(name),
    now: () => temporal.currentTimeMs(),
  })
}

function openPool(connectionString: string): pg.Pool {
  const pool = new pg.Pool({ connectionString, max: 3, application_name: 'simulation' })
  // What is idle when the server stops is no loss.
  pool.on('error', () => undefined)
  return pool
}

function createLog(trace: (line: string) => void): Pick<WeatheredWorld, 'log' | 'lines'> {
  const lines: string[] = []
  const started = Date.now()
  return {
    lines,
    log: (line) => {
      const timed = `${((Date.now() - started) / 1000).toFixed(1).padStart(6)} s  ${line}`
      lines.push(timed)
      trace(timed)
    },
  }
}

async function addServers(client: SchemaSagaClient, servers: ReadonlyMap<string, ServedServer>): Promise<void> {
  for (const { id, variable, databasePerTenant } of servers.values()) {
    await client.addServer({ id, dsnEnv: variable, databasePerTenant, maxSessions: 4 })
  }
}

function proxiesOf({ catalogProxy, servers }: Databases): readonly TcpProxy[] {
  return [catalogProxy, ...[...servers.values()].map(({ proxy }) => proxy)]
}

async function connectTo({ temporal: { address }, taskQueue }: Lane, catalogUrl: string): Promise<SchemaSagaClient> {
  const temporal = { address, namespace: 'default', connection: {} }
  return await connectSchemaSaga({ config: { catalogUrl, temporal, taskQueue, workflowBundle: null } })
}

async function placesOf(catalog: pg.Pool): Promise<readonly PlacedTenant[]> {
  const { rows } = await catalog.query<PlacedTenant>(
    `select project_id as project, scope as tenant, server_id as server, namespace
       from schema_saga.place order by project_id, scope collate "C"`,
  )
  return rows
}
