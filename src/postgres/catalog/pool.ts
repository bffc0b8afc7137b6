/** The catalog's pool, its transactions and its errors. */
import pg from 'pg'
import { CatalogRefused, SagaError, SurroundingsMissing } from '../../errors.ts'
import { isLostConnection } from '../errors/translate.ts'
import { plainSettings } from '../sessions/plainSettings.ts'

const CONNECT_MS = 5_000
const MOST_SESSIONS = 10
/** Also one that has failed over and is read-only for a while. */
const UNREACHABLE = /^(08|53|28|3D|57P0|25006)/
/** What the catalog says of itself: no news about a request or a target, and waited for by whoever works on an operation. */
const TROUBLES: readonly string[] = ['CATALOG_UNREACHABLE', 'NOT_INITIALISED', 'CATALOG_MISMATCH', 'CATALOG_FAILED']
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
    // The pool waits for it, and whoever asked for the session gets its error.
    onConnect: async (client) => {
      await client.query(`SELECT ${plainSettings()}`)
    },
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
  const { code = '', message = '', severity } = (error ?? {}) as { code?: string; message?: string; severity?: unknown }
  if (NETWORK.has(code) || UNREACHABLE.test(code) || isLostConnection({ message })) {
    return new SurroundingsMissing(
      'CATALOG_UNREACHABLE',
      `The catalog database does not answer (${code || 'timeout'}).`,
    )
  }
  if (code === 'ERR_INVALID_URL') {
    return new SurroundingsMissing('SETTING_INVALID', 'The catalog URL is not a valid connection string.')
  }
  if (code === '42P01' || code === '3F000') {
    return new SurroundingsMissing('NOT_INITIALISED', 'The catalog is not initialised: run `schema-saga init`.')
  }
  return typeof severity === 'string'
    ? refusal(code, message)
    : error instanceof Error
      ? error
      : new Error('an unknown error')
}

/** Whether an error says that the catalog is away, of another release, or not to be used by our role. */
export function isCatalogTrouble(error: unknown): error is SurroundingsMissing {
  return error instanceof SurroundingsMissing && TROUBLES.includes(error.code)
}

/** The message of classes 22 and 23 may hold values; that of the others speaks of objects and rights. */
function refusal(sqlstate: string, message: string): Error {
  if (/^2[23]/.test(sqlstate)) {
    const text = `The catalog refuses a value (SQLSTATE ${sqlstate}): no column can hold it, or it contradicts what is on record.`
    return new CatalogRefused('VALUE_REFUSED', text)
  }
  if (/^42/.test(sqlstate)) {
    const cure = 'grant its role what is missing, or run `schema-saga init` with the release of the workers'
    return new SurroundingsMissing(
      'CATALOG_MISMATCH',
      `The catalog refuses a statement (SQLSTATE ${sqlstate}): ${message}. It is of another release, or a right is missing: ${cure}.`,
    )
  }
  return new SurroundingsMissing('CATALOG_FAILED', `The catalog failed (SQLSTATE ${sqlstate}): ${message}.`)
}
