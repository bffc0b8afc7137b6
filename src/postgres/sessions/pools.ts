/** Sessions on targets: bounded by server, errors translated, nothing but names of servers outside of here. */
import type { ClientBase } from 'pg'
import type { SagaError } from '../../errors.ts'
import { type RaisedText, raisedIn, withOrigin } from '../errors/raised.ts'
import { toSagaError } from '../errors/translate.ts'
import { withBaseCure } from '../target/bookkeeping/baseCure.ts'
import { withOwner } from '../target/bookkeeping/owner.ts'
import { type LeaseSource, localLeases } from './leaseSource.ts'
import { type Location, locate, maintenanceDatabase, type Place, type Server, whereOf } from './servers.ts'
import { createServerSessions, type ServerSessions, type SessionUse } from './sessions.ts'

export { type Place, type Server, whereOf } from './servers.ts'

/** Work on one session; `namespace` is where the tables are, which differs from the target's in a database per tenant. */
export type SessionWork<T> = (client: ClientBase, namespace: string) => Promise<T>

/** The worker's sessions on all targets. Every error that comes out of them is one of ours. */
export interface TargetPools {
  readonly locate: (place: Place) => Promise<Location>
  /**
   * Waits for a session of the server's budget, first come, first served. Never from inside other work on the same
   * server: that would hold one session and wait for another.
   */
  readonly withClient: <T>(place: Place, work: SessionWork<T>) => Promise<T>
  /**
   * A session beside the budget, at most 2 at once on a server, for a look or a cancel while another one is busy; short,
   * for a cancel may be the next in line. `signal` gives up waiting for it.
   */
  readonly withSideClient: <T>(place: Place, work: SessionWork<T>, signal?: AbortSignal) => Promise<T>
  /**
   * A session beside the databases of tenants that have one each, where those are made and dropped; null, and no work
   * done, where tenants share databases.
   */
  readonly withMaintenance: <T>(place: Place, work: SessionWork<T>) => Promise<T | null>
  readonly close: () => Promise<void>
}

/** Where the pools learn what they need. */
export interface TargetPoolsOptions {
  /** Errors: `SERVER_NOT_FOUND`. */
  readonly server: (id: string) => Server | Promise<Server>
  /** The value of a variable; undefined when it is not set. */
  readonly dsn: (variable: string) => string | undefined
  /** Shares the servers' budgets with other processes; without it each is this process's own. */
  readonly leases?: LeaseSource
  /** What becomes of an error that the application raised; without it, its words are left out. */
  readonly raised?: (place: Place, raised: RaisedText) => Promise<SagaError>
  /** The name of the catalog, which every session knows, so that its work signs the registrations of its targets. */
  readonly catalogId?: () => Promise<string>
  /** What ends the wait for a session of the budget, asked when the wait begins; work on a session ends itself. */
  readonly signal?: () => AbortSignal
}

/** The pools of a worker. */
export function createTargetPools(options: TargetPoolsOptions): TargetPools {
  const leases = options.leases ?? localLeases()
  const sessions = new Map<string, ServerSessions>()
  // Of an entry only the budget ever changes, and that comes with the lease; asking costs a query of the catalog.
  const known = new Map<string, Server>()
  const sessionsOf = (server: Server): ServerSessions => {
    const open = sessions.get(server.id) ?? createServerSessions(server, leases)
    sessions.set(server.id, open)
    return open
  }
  const introduced = new WeakSet<ClientBase>()
  const introduce = async (client: ClientBase): Promise<void> => {
    if (options.catalogId === undefined || introduced.has(client)) return
    await client.query(`SELECT set_config('schema_saga.catalog', $1, false)`, [await options.catalogId()])
    introduced.add(client)
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
      const use = useOf(place, location, async (client, namespace) => {
        await introduce(client)
        return await work(client, namespace)
      })
      return translated(options, place, () => sessionsOf(server).run({ ...use, signal: options.signal?.() }))
    },
    withSideClient: async (place, work, signal) => {
      const { server, location } = await find(place)
      const use = useOf(place, location, work)
      return translated(options, place, () => sessionsOf(server).runAside({ ...use, signal }))
    },
    withMaintenance: async (place, work) => {
      const { server } = await find(place)
      const maintenance = maintenanceDatabase(server, options.dsn(server.dsnEnv))
      if (maintenance === null) return null
      const use = useOf(place, { connectionString: maintenance, namespace: place.namespace }, work)
      return await translated(options, place, () => sessionsOf(server).run({ ...use, signal: options.signal?.() }))
    },
    close: async () => {
      await Promise.all([...sessions.values()].map((each) => each.close()))
      sessions.clear()
    },
  }
}

type Use<T> = Omit<SessionUse<T>, 'signal'>

function useOf<T>(place: Place, { connectionString, namespace }: Location, work: SessionWork<T>): Use<T> {
  const where = whereOf(place)
  return {
    connectionString,
    where,
    work: async (client) => {
      try {
        return await work(client, namespace)
      } catch (error) {
        const known = await withOwner(client, where, toSagaError(error, where))
        throw await withOrigin(client, namespace, withBaseCure(place, known))
      }
    },
  }
}

async function translated<T>({ raised: tell }: TargetPoolsOptions, place: Place, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const known = toSagaError(error, whereOf(place))
    const raised = raisedIn(known)
    throw raised === undefined || tell === undefined ? known : await tell(place, raised)
  }
}
