/** The servers of a world: databases on the shared Postgres, each behind a network of its own that can be cut. */
import { type TcpProxy, tcpProxy } from '../../whole/tcpProxy.ts'
import type { ServerPlan, WorldServer } from '../types.ts'
import { APPLICATION, OWNER, type Role, SUPERUSER, type Surroundings } from './surroundings.ts'

/** A server, and the network in front of it. */
export interface ServedServer extends WorldServer {
  readonly proxy: TcpProxy
  /** The variable that the catalog names. */
  readonly variable: string
}

/** Makes the databases of a server, unless each tenant will have its own, and the network in front of them. */
export async function createServer(
  surroundings: Surroundings,
  plan: ServerPlan,
  prefix: string,
): Promise<ServedServer> {
  const ddlRole: Role = plan.role === 'owner' ? OWNER : SUPERUSER
  const shared = `${prefix}_${plan.id}`
  if (!plan.databasePerTenant) await surroundings.createDatabase(shared, ddlRole)
  const databaseOf = (namespace: string): string => (plan.databasePerTenant ? namespace : shared)
  return {
    ...plan,
    ddlRole,
    variable: `${plan.id.toUpperCase()}_URL`,
    proxy: await tcpProxy(surroundings.url(ddlRole, databaseOf('{namespace}'))),
    urls: (namespace) => ({
      superuser: surroundings.url(SUPERUSER, databaseOf(namespace)),
      ddl: surroundings.url(ddlRole, databaseOf(namespace)),
      application: surroundings.url(APPLICATION, databaseOf(namespace)),
    }),
    tablesIn: (namespace) => (plan.databasePerTenant ? 'public' : namespace),
  }
}

/** What the worker is told: the way through the network. */
export function dsnOf(server: ServedServer): string {
  return server.proxy.url.replaceAll('%7B', '{').replaceAll('%7D', '}')
}
