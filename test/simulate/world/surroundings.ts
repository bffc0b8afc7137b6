/** What all worlds of one run share: a Postgres of the search's own, its templates and roles, and the workflow bundle. */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { makeMemoryFolder } from '../../fixtures/memoryFolder.ts'
import { startTestPostgres } from '../../fixtures/testPostgres.ts'
import { CATALOG_TEMPLATE, createCatalogTemplate } from '../../setup/catalogTemplate.ts'

/** The role of sessions that are bound by policies; it owns the databases of such a server. */
export const OWNER = 'sim_owner'
/** The role of the application. */
export const APPLICATION = 'sim_application'
/** A role for which the owner may not act, and one of which it is a member. */
export const OTHER = 'sim_other'
export const SHARED = 'sim_shared'
/** The superuser of the embedded server. */
export const SUPERUSER = 'postgres'

/** Who connects. */
export type Role = typeof SUPERUSER | typeof OWNER | typeof APPLICATION

/** The shared servers. */
export interface Surroundings {
  readonly timeSkippingServerPath: string
  readonly workflowBundlePath: string
  /** Hears each line of every world as it happens. */
  readonly trace: (line: string) => void
  /** A superuser's session on the server's own database. */
  readonly admin: pg.Pool
  /** `{namespace}` may stand in place of a database. */
  readonly url: (role: Role, database: string) => string
  /** Creates a catalog that has its tables already. */
  readonly createCatalog: (name: string) => Promise<void>
  /** Creates a database for targets, which belongs to that role. */
  readonly createDatabase: (name: string, owner: Role) => Promise<void>
  /** Drops every database whose name begins so, whoever is still connected. */
  readonly dropDatabases: (prefix: string) => Promise<void>
  readonly stop: () => Promise<void>
}

/** Starts Postgres and makes what worlds are copied from. */
export async function startSurroundings(paths: {
  readonly timeSkippingServerPath: string
  readonly workflowBundlePath: string
  readonly log: (line: string) => void
  readonly trace?: (line: string) => void
}): Promise<Surroundings> {
  const folder = await makeMemoryFolder('schema-saga-simulate-')
  const postgres = await startTestPostgres(join(folder, 'postgres'), paths.log)
  const admin = new pg.Pool({ connectionString: postgres.url('postgres'), max: 4 })
  // What is idle when the server stops is no loss.
  admin.on('error', () => undefined)
  const { password } = new URL(postgres.url('postgres'))
  const url = (role: Role, database: string): string =>
    `postgres://${role}:${password}@127.0.0.1:${postgres.port}/${database}`
  await createRoles(admin, password)
  await grantByDefault(postgres.url('template1'))
  await createCatalogTemplate(url(SUPERUSER, 'postgres'))
  return {
    timeSkippingServerPath: paths.timeSkippingServerPath,
    workflowBundlePath: paths.workflowBundlePath,
    trace: paths.trace ?? (() => {}),
    admin,
    url,
    createCatalog: async (name) => {
      await admin.query(`create database ${pg.escapeIdentifier(name)} template ${CATALOG_TEMPLATE}`)
    },
    createDatabase: async (name, owner) => {
      await admin.query(`create database ${pg.escapeIdentifier(name)} owner ${owner}`)
    },
    dropDatabases: (prefix) => dropDatabases(admin, prefix),
    stop: async () => {
      await admin.end()
      await postgres.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function createRoles(admin: pg.Pool, password: string): Promise<void> {
  const words = pg.escapeLiteral(password)
  await admin.query(`create role ${OWNER} login createdb password ${words}`)
  await admin.query(`create role ${OTHER}; create role ${SHARED}; grant ${SHARED} to ${OWNER}`)
  await admin.query(`create role ${APPLICATION} login password ${words}`)
}

/** The application may read and write whatever our roles create, in every database that is made from now on. */
async function grantByDefault(template: string): Promise<void> {
  const client = new pg.Client({ connectionString: template })
  await client.connect()
  for (const role of [SUPERUSER, OWNER]) {
    const by = `alter default privileges for role ${role}`
    await client.query(`${by} grant select, insert, update, delete on tables to ${APPLICATION}`)
    await client.query(`${by} grant usage on sequences to ${APPLICATION}`)
    await client.query(`${by} grant usage on schemas to ${APPLICATION}`)
  }
  await client.end()
}

async function dropDatabases(admin: pg.Pool, prefix: string): Promise<void> {
  const { rows } = await admin.query<{ name: string }>(
    'select datname as name from pg_database where starts_with(datname, $1)',
    [prefix],
  )
  for (const { name } of rows) await admin.query(`drop database if exists ${pg.escapeIdentifier(name)} with (force)`)
}
