/** Databases of the run's Postgres, and namespaces in them which nobody manages. */
import pMap from 'p-map'
import pg from 'pg'
import { createDatabases } from '../src/dev/databases.ts'
import { ident, renderFor } from '../src/physical/sql.ts'

/** A database with equal namespaces. */
export interface RawFleet {
  readonly url: string
  readonly namespaces: readonly string[]
}

/** Sessions that make namespaces. */
const SESSIONS = 8

/** Sets up faster: a crash of the benchmark loses nothing that is worth keeping. */
const SETUP = 'synchronous_commit=off'

/** Creates an empty database in place of one of that name; returns its connection string. */
export async function freshDatabase(serverUrl: string, name: string): Promise<string> {
  await dropDatabase(serverUrl, name)
  await createDatabases(serverUrl, [name])
  const url = new URL(serverUrl)
  url.pathname = `/${name}`
  return url.href
}

/** Drops a database, whoever is connected. */
export async function dropDatabase(serverUrl: string, name: string): Promise<void> {
  await withClient(serverUrl, (client) => client.query(`DROP DATABASE IF EXISTS ${ident(name)} WITH (FORCE)`))
}

/** The name of the namespace with that number. */
export function namespaceOf(index: number): string {
  return `tenant_${String(index).padStart(5, '0')}`
}

/** Makes `count` namespaces with the given statements in each. */
export async function createRawFleet(url: string, count: number, statements: readonly string[]): Promise<RawFleet> {
  const namespaces = Array.from({ length: count }, (_, index) => namespaceOf(index))
  const pool = new pg.Pool({ connectionString: setupUrl(url), max: SESSIONS })
  try {
    const make = (namespace: string) =>
      pool.query(
        [`CREATE SCHEMA ${ident(namespace)}`, ...statements].map((sql) => renderFor(namespace, sql)).join(';\n'),
      )
    await pMap(namespaces, make, { concurrency: SESSIONS })
  } finally {
    await pool.end()
  }
  await settleDown(url)
  return { url, namespaces }
}

/** Writes to disk what the setup left in memory, so that it is not written while somebody is timed. */
export async function settleDown(url: string): Promise<void> {
  await withClient(url, (client) => client.query('CHECKPOINT'))
}

/** The same database for sessions that only set things up. */
export function setupUrl(url: string): string {
  const setup = new URL(url)
  setup.searchParams.set('options', `-c ${SETUP}`)
  return setup.href
}

/** Runs work on one session. */
export async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

/** A connection string as the variables that every client of Postgres reads, so that no password is on a command line. */
export function libpqEnvironment(url: string): Record<string, string> {
  const { hostname, port, username, password, pathname } = new URL(url)
  return {
    PGHOST: hostname,
    PGPORT: port,
    PGUSER: decodeURIComponent(username),
    PGPASSWORD: decodeURIComponent(password),
    PGDATABASE: decodeURIComponent(pathname.slice(1)),
  }
}

/** The start of an address to which the name of a namespace is appended; user and password are in the environment. */
export function urlForNamespace(url: string): string {
  const { host, pathname } = new URL(url)
  return `postgres://${host}${pathname}?sslmode=disable&search_path=`
}
