/** Sessions on targets: bounded by server, errors translated, nothing but names of servers outside of here. */
import pg, { type ClientBase } from 'pg'
import { SagaError } from '../errors.ts'
import { sqlstateOf, toSagaError } from './errors.ts'
import { type Location, locate, maintenanceDatabase, type Place, type Server, whereOf } from './servers.ts'
import { createServerSessions, type ServerSessions, withSingleSession } from './sessions.ts'

export { type Place, type Server, whereOf } from './servers.ts'

/** Work on one session; `namespace` is where the tables are, which differs from the target's in a database per tenant. */
export type SessionWork<T> = (client: ClientBase, namespace: string) => Promise<T>

/** The worker's sessions on all targets. Every error that comes out of them is one of ours. */
export interface TargetPools {
  readonly locate: (place: Place) => Promise<Location>
  /** Waits for a session of the server's budget. */
  readonly withClient: <T>(place: Place, work: SessionWork<T>) => Promise<T>
  /** A session beside the budget, for a look or a cancel while another one is busy. */
  readonly withSideClient: <T>(place: Place, work: SessionWork<T>) => Promise<T>
  /** Makes the database of a database-per-tenant target if it is not there; nothing to do otherwise. */
  readonly createDatabase: (place: Place) => Promise<void>
  readonly close: () => Promise<void>
}

/** Where the pools learn what they need. */
export interface TargetPoolsOptions {
  /** Errors: `SERVER_NOT_FOUND`. */
  readonly server: (id: string) => Server | Promise<Server>
  /** The value of a variable; undefined when it is not set. */
  readonly dsn: (variable: string) => string | undefined
}

const DUPLICATE_DATABASE = '42P04'
const UNIQUE_VIOLATION = '23505'

/** The pools of a worker. */
export function createTargetPools(options: TargetPoolsOptions): TargetPools {
  const sessions = new Map<string, ServerSessions>()
  // An entry never changes once it is registered, and asking costs a query of the catalog.
  const known = new Map<string, Server>()
  const sessionsOf = (server: Server): ServerSessions => {
    const open = sessions.get(server.id) ?? createServerSessions(server)
    sessions.set(server.id, open)
    return open
  }
  const find = async (place: Place): Promise<{ server: Server; location: Location }> => {
    const server = known.get(place.server) ?? (await options.server(place.server))
    known.set(place.server, server)
    return { server, location: locate(server, options.dsn(server.dsnEnv), place.namespace) }
  }
  return {
    locate: async (place) => (await find(place)).location,
    withClient: async (place, work) => {
      const { server, location } = await find(place)
      const { connectionString, namespace } = location
      return translated(place, () =>
        sessionsOf(server).run(connectionString, whereOf(place), (client) => work(client, namespace)),
      )
    },
    withSideClient: async (place, work) => {
      const { connectionString, namespace } = (await find(place)).location
      return translated(place, () =>
        withSingleSession(connectionString, whereOf(place), (client) => work(client, namespace)),
      )
    },
    createDatabase: async (place) => {
      const { server } = await find(place)
      const maintenance = maintenanceDatabase(server, options.dsn(server.dsnEnv))
      if (maintenance === null) return
      await translated(place, () =>
        withSingleSession(maintenance, whereOf(place), (client) => createDatabase(client, place.namespace)),
      )
    },
    close: async () => {
      await Promise.all([...sessions.values()].map((each) => each.close()))
      sessions.clear()
    },
  }
}

async function createDatabase(client: ClientBase, name: string): Promise<void> {
  const { rowCount } = await client.query('SELECT FROM pg_catalog.pg_database WHERE datname = $1', [name])
  if (rowCount !== 0) return
  try {
    await client.query(`CREATE DATABASE ${pg.escapeIdentifier(name)}`)
  } catch (error) {
    // Another try of the same provisioning was faster.
    const sqlstate = sqlstateOf(error)
    if (sqlstate !== DUPLICATE_DATABASE && sqlstate !== UNIQUE_VIOLATION) throw error
  }
}

async function translated<T>(place: Place, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw error instanceof SagaError ? error : toSagaError(error, whereOf(place))
  }
}
