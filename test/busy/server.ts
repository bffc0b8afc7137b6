/** A server on which forms run two and two: each pair in a database of its own, copied from one that holds two filled targets. */
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { createTargetPools } from '../../src/postgres/sessions/pools.ts'
import { makeMemoryFolder } from '../fixtures/memoryFolder.ts'
import { startTestPostgres } from '../fixtures/testPostgres.ts'
import type { BusyDatabase } from './course.ts'
import { furnish, PLAIN } from './furnish.ts'
import { NEWEST, programsOf } from './majors.ts'

/** The namespaces of a database, for two forms side by side. */
export const NAMESPACES: readonly string[] = ['left', 'right']

const TEMPLATE = 'busy_template'

/** A running server with its template. */
export interface BusyServer {
  /** Runs in a database of that name, which no other form sees. */
  readonly onDatabase: <T>(name: string, run: (database: BusyDatabase) => Promise<T>) => Promise<T>
  readonly stop: () => Promise<void>
}

/** Starts it and fills the template with so many rows. */
export async function startBusyServer(major: number, rows: number): Promise<BusyServer> {
  const folder = await makeMemoryFolder('schema-saga-busy-')
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true })
  try {
    const packages = join(folder, 'packages')
    await mkdir(packages)
    const programs = major === NEWEST ? {} : { programs: await programsOf(major, packages) }
    const settings = { autovacuum: 'on', max_wal_size: '1GB', shared_buffers: '512MB' }
    const postgres = await startTestPostgres(join(folder, 'postgres'), () => {}, { ...programs, settings })
    const server = postgres.url('postgres')
    const stop = async (): Promise<void> => {
      await postgres.stop()
      await remove()
    }
    await fillTemplate(server, rows).catch(async (error: unknown) => {
      await stop()
      throw error
    })
    return {
      onDatabase: async (name, run) => {
        await onServer(server, `create database ${name} template ${TEMPLATE}${major < 15 ? '' : ' strategy file_copy'}`)
        return await inDatabase(server, name, run).finally(() => onServer(server, `drop database ${name} with (force)`))
      },
      stop,
    }
  } catch (error) {
    await remove()
    throw error
  }
}

async function fillTemplate(server: string, rows: number): Promise<void> {
  await onServer(server, `create database ${TEMPLATE}`)
  await inDatabase(server, TEMPLATE, async (database) => {
    for (const namespace of NAMESPACES) await furnish(database, PLAIN, rows, namespace)
    await database.client.query('vacuum (freeze, analyze)')
  })
}

async function inDatabase<T>(server: string, name: string, run: (database: BusyDatabase) => Promise<T>): Promise<T> {
  const url = new URL(server)
  url.pathname = `/${name}`
  const client = new pg.Client({ connectionString: url.href })
  await client.connect()
  const pools = createTargetPools({
    server: (id) => ({ id, dsnEnv: 'BUSY_URL', maxSessions: 8, databasePerTenant: false }),
    dsn: () => url.href,
  })
  try {
    return await run({ pools, client, url: url.href })
  } finally {
    await client.end()
    await pools.close()
  }
}

async function onServer(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query(sql).finally(() => client.end())
}
