/** Stages that cannot run in a transaction (CREATE or DROP INDEX CONCURRENTLY), under a session-level advisory lock. */
import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ClientBase } from 'pg'
import { LockUnavailable } from '../../errors.ts'
import { renderFor } from '../../physical/sql.ts'

const POLL_MS = 200
const POLLS = 50

/**
 * Holds the lock of a target while `work` runs. Always a try-lock, polled outside any transaction: a blocking wait would
 * hold a snapshot and deadlock with concurrent builds. A holder that is a dead try of this operation is terminated.
 */
export async function withTargetLock<T>(
  client: ClientBase,
  lock: { readonly key: string; readonly applicationName: string; readonly where: string },
  work: () => Promise<T>,
): Promise<T> {
  const key = createHash('sha256').update(lock.key).digest().readBigInt64BE(0).toString()
  for (let polls = 0; !(await tryLock(client, key)); polls += 1) {
    if (polls === POLLS) {
      throw new LockUnavailable('LOCK_UNAVAILABLE', `${lock.where}: other work of ours holds its advisory lock.`)
    }
    if (polls === 1) await terminateDeadTries(client, key, lock.applicationName)
    await sleep(POLL_MS)
  }
  try {
    return await work()
  } finally {
    await client.query('select pg_advisory_unlock($1)', [key])
  }
}

/** Builds an index so that it ends valid: what an earlier try left is adopted when valid and dropped when not. */
export async function buildIndex(client: ClientBase, namespace: string, index: string, sql: string): Promise<void> {
  const valid = await indexState(client, namespace, index)
  if (valid === true) return
  if (valid === false) await client.query(renderFor(namespace, `DROP INDEX CONCURRENTLY :"ns".${quote(index)}`))
  await client.query(renderFor(namespace, sql))
}

/** True or false for a valid or invalid index of that name; null when there is none. */
export async function indexState(client: ClientBase, namespace: string, index: string): Promise<boolean | null> {
  const { rows } = await client.query<{ valid: boolean }>(
    `select i.indisvalid as valid from pg_catalog.pg_index i
       join pg_catalog.pg_class c on c.oid = i.indexrelid
       join pg_catalog.pg_namespace n on n.oid = c.relnamespace
      where n.nspname = $1 and c.relname = $2`,
    [namespace, index],
  )
  return rows[0]?.valid ?? null
}

async function tryLock(client: ClientBase, key: string): Promise<boolean> {
  const { rows } = await client.query<{ locked: boolean }>('select pg_try_advisory_lock($1) as locked', [key])
  return rows[0]?.locked ?? false
}

/** Another session of the same operation on the same target can only be a try whose worker is gone or superseded. */
async function terminateDeadTries(client: ClientBase, key: string, applicationName: string): Promise<void> {
  await client.query(
    `select pg_terminate_backend(a.pid)
       from pg_catalog.pg_locks l join pg_catalog.pg_stat_activity a on a.pid = l.pid
      where l.locktype = 'advisory' and l.granted and a.pid <> pg_backend_pid() and a.application_name = $2
        and ((l.classid::bigint << 32) | l.objid::bigint) = $1::bigint`,
    [key, applicationName],
  )
}

function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}
