/** One session on a server: how it begins and how it ends. */
import pg from 'pg'
import { SurroundingsMissing } from '../../errors.ts'
import { within } from '../../within.ts'
import { plainSettings } from './plainSettings.ts'

const CONNECT_TIMEOUT_MS = 10_000
const END_TIMEOUT_MS = 5_000

/** Settings of every session; those of one piece of work are set by `prepareSession`. */
const CONNECTION = { connectionTimeoutMillis: CONNECT_TIMEOUT_MS, keepAlive: true } as const

/** Other limits are set for a piece of work; the search path of the role is for rows, whose triggers may rely on it. */
const SETTINGS = {
  // A statement that policies would filter fails, instead of seeing fewer rows than there are.
  row_security: 'off',
  search_path: 'pg_catalog',
  lock_timeout: '0',
  statement_timeout: '0',
}

const BEGIN = `SELECT pg_catalog.pg_backend_pid() AS pid, ${plainSettings(SETTINGS)}`

/** Of whom a session is: the server's id, and what the server shows of it before the first piece of work. */
export interface SessionName {
  readonly server: string
  readonly application: string
}

/** Errors: those of the driver; `SETTING_INVALID` through a pooler. */
export async function openSession(connectionString: string, name: SessionName): Promise<pg.Client> {
  const client = new pg.Client({ ...CONNECTION, application_name: name.application, connectionString })
  // The query in flight reports a broken connection; the event would end the process.
  client.on('error', () => {})
  await client.connect()
  try {
    const { rows } = await client.query<{ pid: number }>(BEGIN)
    requireDirect(client, rows[0]?.pid, name.server)
    return client
  } catch (error) {
    await closeSession(client)
    throw error
  }
}

/**
 * A pooler in between names another process at the handshake than the one that answers: there, settings, locks and time
 * limits of the session would get lost between two statements, and a cancel would hit somebody else's.
 */
export function requireDirect(client: pg.ClientBase, pid: number | undefined, server: string): void {
  // The driver knows it from the handshake, but its types do not say so.
  const { processID } = client as { processID?: unknown }
  if (typeof processID !== 'number' || processID === pid) return
  throw new SurroundingsMissing(
    'SETTING_INVALID',
    `Server ${server} is reached through a connection pooler: its variable must hold a direct connection, because the locks and time limits of a session get lost in a pooler.`,
  )
}

/** Returns when the server has let the session go; one that does not answer is not waited for. */
export async function closeSession(client: pg.Client): Promise<void> {
  await within(
    END_TIMEOUT_MS,
    client.end().catch(() => {}),
  )
}
