/** How sessions on one server are opened, set up and given back. */
import pg, { type ClientBase } from 'pg'
import { toConnectError } from './errors.ts'
import type { Server } from './servers.ts'
import { createSlots } from './slots.ts'

/** The sessions of one server; never more of them at once than its `maxSessions`. */
export interface ServerSessions {
  readonly run: <T>(connectionString: string, where: string, work: (client: ClientBase) => Promise<T>) => Promise<T>
  readonly close: () => Promise<void>
}

const CONNECT_TIMEOUT_MS = 10_000
const IDLE_TIMEOUT_MS = 10_000

/** Settings of every session; those of one piece of work are set by `prepareSession`. */
const CONNECTION = {
  connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
  application_name: 'schema-saga',
  keepAlive: true,
} as const

/** Opens sessions as they are needed. A database per tenant gets single sessions: an idle pool each would add up. */
export function createServerSessions(server: Server): ServerSessions {
  const slots = createSlots(server.maxSessions)
  const pools = new Map<string, pg.Pool>()
  const take = (connectionString: string): Promise<Lease> =>
    server.databasePerTenant ? openSingle(connectionString) : leaseFrom(poolOf(pools, server, connectionString))
  return {
    run: async (connectionString, where, work) => {
      // In front of the pool, so that its connection timeout never counts time spent in line.
      await slots.acquire()
      try {
        return await withLease(await take(connectionString).catch(asConnectError(where)), work)
      } finally {
        slots.release()
      }
    },
    close: async () => {
      await Promise.all([...pools.values()].map((pool) => pool.end()))
      pools.clear()
    },
  }
}

/** A session outside the budget, short and rare: to look who blocks another one, or to cancel it. */
export async function withSingleSession<T>(
  connectionString: string,
  where: string,
  work: (client: ClientBase) => Promise<T>,
): Promise<T> {
  return withLease(await openSingle(connectionString).catch(asConnectError(where)), work)
}

interface Lease {
  readonly client: ClientBase
  /** `broken` sessions are closed: a cancel may still be on its way to them, or a transaction open. */
  readonly end: (broken: boolean) => Promise<void>
}

async function withLease<T>(lease: Lease, work: (client: ClientBase) => Promise<T>): Promise<T> {
  let broken = true
  try {
    const result = await work(lease.client)
    broken = false
    return result
  } finally {
    await lease.end(broken)
  }
}

function poolOf(pools: Map<string, pg.Pool>, server: Server, connectionString: string): pg.Pool {
  const known = pools.get(connectionString)
  if (known !== undefined) return known
  const pool = new pg.Pool({
    ...CONNECTION,
    connectionString,
    max: server.maxSessions,
    idleTimeoutMillis: IDLE_TIMEOUT_MS,
    allowExitOnIdle: true,
  })
  // An idle session that the server ends is no news: the next one who needs it gets another.
  pool.on('error', ignore)
  pools.set(connectionString, pool)
  return pool
}

async function leaseFrom(pool: pg.Pool): Promise<Lease> {
  const client = await pool.connect()
  // While it is leased, the query in flight reports a broken connection; the event would end the process.
  client.on('error', ignore)
  return {
    client,
    end: async (broken) => {
      client.off('error', ignore)
      client.release(broken)
    },
  }
}

async function openSingle(connectionString: string): Promise<Lease> {
  const client = new pg.Client({ ...CONNECTION, connectionString })
  client.on('error', ignore)
  await client.connect()
  return { client, end: () => client.end() }
}

function asConnectError(where: string): (error: unknown) => never {
  return (error) => {
    throw toConnectError(error, where)
  }
}

function ignore(): void {}
