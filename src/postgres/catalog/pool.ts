/** The catalog's pool, its transactions and its errors. */
import pg from 'pg'
import { SagaError, SurroundingsMissing } from '../../errors.ts'
import { isLostConnection } from '../errors.ts'

const CONNECT_MS = 5_000
const MOST_SESSIONS = 10
const UNREACHABLE = /^(08|53|28|3D|57P0)/
const NETWORK = new Set(['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'EAI_AGAIN'])

/** What queries of the catalog need: a pool, or a client inside a transaction. */
export type Queryable = Pick<pg.Pool, 'query'>

/** A pool that connects when first used. Its queries fail with `CATALOG_UNREACHABLE` or `NOT_INITIALISED`. */
export function createCatalogPool(url: string): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max: MOST_SESSIONS,
    connectionTimeoutMillis: CONNECT_MS,
    application_name: 'schema-saga',
    statement_timeout: 30_000,
    allowExitOnIdle: true,
  })
  // A session that dies is replaced by the next use, and its query fails; without listeners, that of the pool for idle
  // ones and one of each session for those at work, it would end the process.
  pool.on('error', () => undefined)
  pool.on('connect', (client) => client.on('error', () => undefined))
  return pool
}

/** Runs `work` and tells what Postgres says in our words; no connection string ever passes. */
export async function onCatalog<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw asCatalogError(error)
  }
}

/** Runs `work` in one transaction. */
export async function inTransaction<T>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  return await onCatalog(async () => {
    const client = await pool.connect()
    let broken = false
    try {
      await client.query('begin')
      const result = await work(client)
      await client.query('commit')
      return result
    } catch (error) {
      broken = !(await rollback(client))
      throw error
    } finally {
      client.release(broken)
    }
  })
}

async function rollback(client: pg.PoolClient): Promise<boolean> {
  try {
    await client.query('rollback')
    return true
  } catch {
    // The connection is gone, and with it the transaction; the error that led here is the one to tell.
    return false
  }
}

/** Maps what a query of the catalog threw. */
export function asCatalogError(error: unknown): Error {
  if (error instanceof SagaError) return error
  const { code = '', message = '' } = (error ?? {}) as { code?: string; message?: string }
  if (NETWORK.has(code) || UNREACHABLE.test(code) || isLostConnection({ message })) {
    return new SurroundingsMissing(
      'CATALOG_UNREACHABLE',
      `The catalog database does not answer (${code || 'timeout'}).`,
    )
  }
  if (code === 'ERR_INVALID_URL') {
    return new SurroundingsMissing('SETTING_INVALID', 'The catalog URL is not a valid connection string.')
  }
  if (code === '42P01' || code === '3F000' || code === '42703') {
    return new SurroundingsMissing('NOT_INITIALISED', 'The catalog is not initialised: run `schema-saga init`.')
  }
  return error instanceof Error ? error : new Error('an unknown error')
}
