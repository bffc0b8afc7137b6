/** The settings of a session that runs DDL, and stopping what it runs. */
import { createHash } from 'node:crypto'
import type { ClientBase, PoolClient } from 'pg'
import type { Target } from '../../contract.ts'
import { type TargetPools, whereOf } from '../pools.ts'

/** `lock_timeout`, `statement_timeout` of transactional DDL and of concurrent builds (spec/saga.md section 7). */
export const TIMEOUTS = { lock: '2s', statement: '60s', concurrentStatement: '5h' } as const

/** `saga/<operation>/<target>`, with short hashes so that it fits the 63 bytes of an application name. */
export function applicationName(operationId: string, target: Target): string {
  const short = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 12)
  return `saga/${short(operationId)}/${short(whereOf(target))}`
}

/** Prepares a session; settings are of the session, because `statement_timeout` counts per top-level statement. */
export async function prepareSession(client: ClientBase, name: string, kind: 'ddl' | 'concurrent'): Promise<void> {
  const settings = {
    application_name: name,
    search_path: 'pg_catalog',
    // A concurrent build waits for old snapshots, not for a lock that others queue behind.
    lock_timeout: kind === 'ddl' ? TIMEOUTS.lock : '0',
    statement_timeout: kind === 'ddl' ? TIMEOUTS.statement : TIMEOUTS.concurrentStatement,
    idle_in_transaction_session_timeout: '60s',
  }
  const names = Object.keys(settings)
  const calls = names.map((setting, index) => `set_config('${setting}', $${index + 1}, false)`)
  await client.query(`select ${calls.join(', ')}`, Object.values(settings))
}

/** Runs `work` on a session; when `signal` aborts, the statement that it runs is cancelled in Postgres. */
export async function cancellable<T>(
  pools: TargetPools,
  target: Target,
  client: PoolClient,
  signal: AbortSignal | undefined,
  work: () => Promise<T>,
): Promise<T> {
  if (signal === undefined) return await work()
  const pid = (await client.query<{ pid: number }>('select pg_backend_pid() as pid')).rows[0]?.pid
  let cancelling: Promise<unknown> = Promise.resolve()
  const cancel = (): void => {
    cancelling = pools.withSideClient(target, (side) => side.query('select pg_cancel_backend($1)', [pid]))
  }
  signal.throwIfAborted()
  signal.addEventListener('abort', cancel, { once: true })
  try {
    return await work()
  } finally {
    signal.removeEventListener('abort', cancel)
    // The session must not go back while a cancel may still hit it; that it failed only means that it was too late.
    await Promise.allSettled([cancelling])
  }
}
