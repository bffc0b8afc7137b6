/** Connections to targets: a pool per server, or per database where each tenant has its own. */
import pg from 'pg'
import type { Target } from '../contract.ts'
import { TargetUnreachable } from '../errors.ts'
import { asTargetError } from './errors.ts'

/** A server as the catalog knows it; the connection string is in the worker's environment. */
export interface Server {
  readonly id: string
  readonly dsnEnv: string
  readonly maxSessions: number
  readonly databasePerTenant: boolean
}

/** Connections to all targets of this worker. */
export interface TargetPools {
  /** Runs `work` on a session of its own; errors are ours, naming `server/namespace`. */
  readonly withClient: <T>(target: Target, work: (client: pg.PoolClient) => Promise<T>) => Promise<T>
  /** A second session for what one session cannot do for itself: cancelling, looking at locks. */
  readonly withSideClient: <T>(target: Target, work: (client: pg.Client) => Promise<T>) => Promise<T>
  /** Runs `work` on the maintenance database of the target's server. */
  readonly withServerClient: <T>(target: Target, work: (client: pg.Client) => Promise<T>) => Promise<T>
  readonly serverOf: (target: Target) => Promise<Server>
  readonly close: () => Promise<void>
}

/** Where the pools find servers and their connection strings. */
export interface PoolsDependencies {
  readonly server: (id: string) => Promise<Server>
  readonly dsn: (variable: string) => string | undefined
}

const CONNECT_MS = 5_000
const IDLE_MS = 10_000

/** Pools that are made when first needed. */
export function createTargetPools(deps: PoolsDependencies): TargetPools {
  const pools = new Map<string, pg.Pool>()
  const urlOf = async (target: Target): Promise<{ url: string; server: Server }> => {
    const server = await deps.server(target.server)
    const dsn = deps.dsn(server.dsnEnv)
    if (dsn === undefined || dsn === '') {
      const text = `The worker has no connection string for server ${server.id}: set ${server.dsnEnv} in its environment.`
      throw new TargetUnreachable('TARGET_UNREACHABLE', text)
    }
    return { server, url: server.databasePerTenant ? dsn.replaceAll('{namespace}', target.namespace) : dsn }
  }
  const poolOf = async (target: Target): Promise<pg.Pool> => {
    const { url, server } = await urlOf(target)
    const known = pools.get(url)
    if (known !== undefined) return known
    const pool = createPool(url, server)
    pools.set(url, pool)
    return pool
  }
  return {
    serverOf: (target) => deps.server(target.server),
    withClient: (target, work) => guarded(target, async () => await onPool(await poolOf(target), work)),
    withSideClient: (target, work) => guarded(target, async () => onClient((await urlOf(target)).url, work)),
    withServerClient: (target, work) =>
      guarded(target, async () => {
        const dsn = deps.dsn((await deps.server(target.server)).dsnEnv) ?? ''
        return await onClient(dsn.replaceAll('{namespace}', 'postgres'), work)
      }),
    close: async () => {
      await Promise.all([...pools.values()].map((pool) => pool.end()))
    },
  }
}

/** `server/namespace`: how messages name a target. */
export function whereOf(target: Target): string {
  return `${target.server}/${target.namespace}`
}

function createPool(url: string, server: Server): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max: server.databasePerTenant ? 2 : server.maxSessions,
    connectionTimeoutMillis: CONNECT_MS,
    idleTimeoutMillis: IDLE_MS,
    allowExitOnIdle: true,
  })
  // A session that dies while idle is replaced by the next use; without a listener it would end the process.
  pool.on('error', () => undefined)
  return pool
}

async function guarded<T>(target: Target, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw asTargetError(error, whereOf(target))
  }
}

async function onPool<T>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect()
  let broken = false
  const onError = (): void => {
    broken = true
  }
  client.on('error', onError)
  try {
    return await work(client)
  } catch (error) {
    // After a failure nobody knows what the session still holds: settings, locks, a statement being cancelled.
    broken = true
    throw error
  } finally {
    client.off('error', onError)
    client.release(broken)
  }
}

async function onClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: CONNECT_MS })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}
