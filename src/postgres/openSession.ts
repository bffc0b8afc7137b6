/** One session on a server: how it begins and how it ends. */
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'

const CONNECT_TIMEOUT_MS = 10_000
const END_TIMEOUT_MS = 5_000

/** Settings of every session; those of one piece of work are set by `prepareSession`. */
const CONNECTION = { connectionTimeoutMillis: CONNECT_TIMEOUT_MS, keepAlive: true } as const

/** `name`: what the server shows of it before the first piece of work. */
export async function openSession(connectionString: string, name: string): Promise<pg.Client> {
  const client = new pg.Client({ ...CONNECTION, application_name: name, connectionString })
  // The query in flight reports a broken connection; the event would end the process.
  client.on('error', () => {})
  await client.connect()
  return client
}

/** Returns when the server has let the session go; one that does not answer is not waited for. */
export async function closeSession(client: pg.Client): Promise<void> {
  const given = new AbortController()
  const late = sleep(END_TIMEOUT_MS, undefined, { ref: false, signal: given.signal }).catch(() => {})
  await Promise.race([client.end().catch(() => {}), late])
  given.abort()
}
