/** Where a target lies: from the server's entry and the worker's environment to a connection string. */
import type { Target } from '../../contract.ts'
import { SurroundingsMissing } from '../../errors.ts'

/** A server as the catalog knows it; the connection string itself stays in the environment. */
export interface Server {
  readonly id: string
  /** The variable that holds the connection string. */
  readonly dsnEnv: string
  readonly maxSessions: number
  /** True when each tenant has a database of its own; the connection string then holds `{namespace}`. */
  readonly databasePerTenant: boolean
  /** For a database per tenant: the namespace of the tables in it, `public` unless the entry says otherwise. */
  readonly tablesIn?: string
}

/** What of a target says where it is. */
export type Place = Pick<Target, 'server' | 'namespace'>

/** The address of a target. */
export interface Location {
  readonly connectionString: string
  /** The namespace of the tables in that database. */
  readonly namespace: string
}

const PLACEHOLDER = '{namespace}'
const MAINTENANCE_DATABASE = 'postgres'

/** How sentences name a target. */
export function whereOf({ server, namespace }: Place): string {
  return `${server}/${namespace}`
}

/** Finds a target. Errors: `SETTING_INVALID` names the variable, never its value. */
export function locate(server: Server, dsn: string | undefined, namespace: string): Location {
  const connectionString = checkedDsn(server, dsn)
  if (!server.databasePerTenant) return { connectionString, namespace }
  return {
    connectionString: connectionString.replaceAll(PLACEHOLDER, encodeURIComponent(namespace)),
    namespace: server.tablesIn ?? 'public',
  }
}

/** A database that is always there, from which others are made; null when tenants share databases. */
export function maintenanceDatabase(server: Server, dsn: string | undefined): string | null {
  if (!server.databasePerTenant) return null
  return checkedDsn(server, dsn).replaceAll(PLACEHOLDER, MAINTENANCE_DATABASE)
}

function checkedDsn({ id, dsnEnv, databasePerTenant }: Server, dsn: string | undefined): string {
  if (dsn === undefined || dsn === '') {
    throw new SurroundingsMissing('SETTING_INVALID', `Set ${dsnEnv} to the connection string of server ${id}.`)
  }
  if (databasePerTenant && !dsn.includes(PLACEHOLDER)) {
    throw new SurroundingsMissing(
      'SETTING_INVALID',
      `${dsnEnv} must hold ${PLACEHOLDER} in place of the database, because server ${id} has a database per tenant.`,
    )
  }
  return dsn
}
