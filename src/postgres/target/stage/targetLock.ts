/** The hold on one target while stages run that are not one transaction: a session-level advisory lock. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { ClientBase } from 'pg'
import { LockUnavailable } from '../../../errors.ts'
import { whereOf } from '../../sessions/servers.ts'
import { type Blocker, describeBlockers } from './blockers.ts'
import { limitsOf, sessionPrefix, type TargetHold } from './execution.ts'

const POLL_MS = 100
/** More builds at once in one database would mostly wait for each other's snapshots. */
const BUILDS_PER_DATABASE = 2
const BUILD_SLOT_MS = 3_600_000

const TRY_LOCK = `SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS taken`
const UNLOCK = `SELECT pg_advisory_unlock(hashtextextended($1, 0))`

// The two halves of the key as pg_locks shows them.
const HOLDERS = `
  SELECT a.pid, a.application_name AS "applicationName", coalesce(a.state, 'unknown') AS state,
         coalesce(round(extract(epoch FROM clock_timestamp() - a.state_change)), 0)::integer AS "ageSeconds"
    FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
   WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
     AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
     AND (l.classid::bigint << 32 | l.objid::bigint) = hashtextextended($1, 0)`

/** Runs `run` alone on the target. Errors: `LockUnavailable`, naming the holder. */
export async function withTargetLock<T>(
  client: ClientBase,
  namespace: string,
  work: TargetHold,
  run: () => Promise<T>,
): Promise<T> {
  const key = `schema-saga/target/${work.projectId}/${namespace}`
  await takeTargetLock(client, key, work)
  return releasing(client, key, run)
}

/** Runs `run` while at most one other build runs in the same database. */
export async function withBuildSlot<T>(client: ClientBase, work: TargetHold, run: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + BUILD_SLOT_MS
  for (;;) {
    for (let slot = 1; slot <= BUILDS_PER_DATABASE; slot += 1) {
      const key = `schema-saga/build/${slot}`
      if (await tryLock(client, key)) return releasing(client, key, run)
    }
    work.signal?.throwIfAborted()
    if (Date.now() > deadline) {
      throw new LockUnavailable('LOCK_UNAVAILABLE', `${whereOf(work.target)}: other index builds took too long.`)
    }
    await sleep(POLL_MS)
  }
}

// Always a try, polled outside any transaction: a blocking wait would deadlock with concurrent builds.
async function takeTargetLock(client: ClientBase, key: string, work: TargetHold): Promise<void> {
  const { heldMs, deadAfterMs } = limitsOf(work)
  const since = Date.now()
  while (!(await tryLock(client, key))) {
    work.signal?.throwIfAborted()
    const waited = Date.now() - since
    const holders = await holdersOf(client, key)
    const dead = holders.filter(({ applicationName }) => applicationName.startsWith(sessionPrefix(work)))
    if (waited >= deadAfterMs) await terminate(client, dead)
    if (waited >= heldMs) throw held(work, holders)
    await sleep(POLL_MS)
  }
}

async function tryLock(client: ClientBase, key: string): Promise<boolean> {
  const { rows } = await client.query<{ taken: boolean }>(TRY_LOCK, [key])
  return rows[0]?.taken === true
}

async function holdersOf(client: ClientBase, key: string): Promise<readonly Blocker[]> {
  return (await client.query<Blocker>(HOLDERS, [key])).rows
}

/** Temporal runs one try at a time: an earlier one that still holds the target has lost its worker. */
async function terminate(client: ClientBase, dead: readonly Blocker[]): Promise<void> {
  await client.query('SELECT pg_terminate_backend(pid) FROM unnest($1::integer[]) AS d(pid)', [
    dead.map(({ pid }) => pid),
  ])
}

async function releasing<T>(client: ClientBase, key: string, run: () => Promise<T>): Promise<T> {
  const result = await run()
  // After a failure the session is closed, and the lock goes with it.
  await client.query(UNLOCK, [key])
  return result
}

function held(work: TargetHold, holders: readonly Blocker[]): LockUnavailable {
  return new LockUnavailable(
    'LOCK_UNAVAILABLE',
    `${whereOf(work.target)}: other work on this target did not end in time. ${describeBlockers(holders)}`,
    { details: { blockers: holders } },
  )
}
