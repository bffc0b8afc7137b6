/** Sessions of the recording, and the end of those that dead workers have left. */
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import type { Databases, Ground } from './world.ts'

const POLL_MS = 50

/** The longest wait of a story is for a server that is tried for a minute. */
export const LONGEST_WAIT_MS = 150_000

/** Waits until that is so. */
export async function until(what: string, seen: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + LONGEST_WAIT_MS
  while (Date.now() < end) {
    if (await seen()) return
    await sleep(POLL_MS)
  }
  throw new Error(`It never came to this: ${what}.`)
}

/** Takes connections to the database no more until the returned function is called. */
export async function cutOff(ground: Ground, database: string): Promise<() => Promise<void>> {
  const admin = await session(ground.url('postgres'))
  await admin.query(`alter database ${database} allow_connections false`)
  await admin.query(`select pg_terminate_backend(pid) from pg_stat_activity where datname = $1 and ${NOT_OURS}`, [
    database,
  ])
  return async () => {
    await admin.query(`alter database ${database} allow_connections true`)
    await admin.end()
  }
}

/** The recording's own sessions bear this name. */
const OWN_NAME = 'recording'
const NOT_OURS = `application_name not in ('${OWN_NAME}', 'pg_dump')`

/** Ends what a dead worker has left: its last statement may still wait for a lock: Postgres notices only later that nobody wants its answer. */
export async function endSessions(ground: Ground, { catalog, alpha, beta }: Databases): Promise<void> {
  const admin = await session(ground.url('postgres'))
  await until('the sessions of the worker have ended', async () => {
    const { rowCount } = await admin.query(
      // The client of the recording has sessions on the catalog, too, but none that waits.
      `select pg_terminate_backend(pid) from pg_stat_activity
        where (datname = any ($1) or (datname = $2 and wait_event_type = 'Lock')) and ${NOT_OURS}`,
      [[alpha, beta], catalog],
    )
    return rowCount === 0
  })
  await admin.end()
}

/** A session of the recording; whatever ends it is heard of by its next statement. */
export async function session(connectionString: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString, application_name: OWN_NAME })
  client.on('error', () => {})
  await client.connect()
  return client
}
