/** Watches a statement from another session: cancels it on request, and sees who blocks it. */
import type { ClientBase } from 'pg'
import { LockUnavailable } from '../../../errors.ts'
import { toSagaError } from '../../errors/translate.ts'
import type { TargetPools } from '../../sessions/pools.ts'
import { whereOf } from '../../sessions/servers.ts'
import { type Blocker, describeBlockers, findBlockers } from './blockers.ts'
import { limitsOf, type TargetExecution } from './execution.ts'

/** Looks at the waiting session once half of its lock timeout is over, and again after each further quarter. */
const LOOKS_PER_LOCK_TIMEOUT = 4

/** Whose statements are watched, and what stops them. */
export type WatchedWork = Pick<TargetExecution, 'target' | 'signal' | 'limits' | 'reportBlockers'>

/**
 * Runs `run`, whose statements are on `client`. When `signal` aborts, the running statement is cancelled and the
 * signal's reason thrown; when a lock was not to be had, the error names the sessions that held it.
 */
export async function watched<T>(
  pools: TargetPools,
  client: ClientBase,
  work: WatchedWork,
  run: () => Promise<T>,
): Promise<T> {
  const blockers = watchBlockers(pools, work, await backendOf(client))
  try {
    return await cancellable(pools, client, work, run)
  } catch (error) {
    work.signal?.throwIfAborted()
    throw withBlockers(toSagaError(error, whereOf(work.target)), await blockers.stop())
  } finally {
    await blockers.stop()
  }
}

/** Runs `run`, whose statements are on `client`; an abort cancels the running one, and its reason is thrown. */
export async function cancellable<T>(
  pools: TargetPools,
  client: ClientBase,
  work: WatchedWork,
  run: () => Promise<T>,
): Promise<T> {
  work.signal?.throwIfAborted()
  const stopCancelling = cancelOnAbort(pools, work, await backendOf(client))
  try {
    const result = await run()
    // A late cancel may still be on its way: a session that was to be cancelled is never used again.
    work.signal?.throwIfAborted()
    return result
  } catch (error) {
    work.signal?.throwIfAborted()
    throw error
  } finally {
    await stopCancelling()
  }
}

async function backendOf(client: ClientBase): Promise<number> {
  // The driver knows it from the handshake, but its types do not say so.
  const known = (client as { processID?: unknown }).processID
  if (typeof known === 'number') return known
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
  return rows[0]?.pid ?? 0
}

function cancelOnAbort(pools: TargetPools, { target, signal }: WatchedWork, pid: number): () => Promise<void> {
  if (signal === undefined) return async () => {}
  let cancelling: Promise<unknown> = Promise.resolve()
  const cancel = (): void => {
    cancelling = pools
      .withSideClient(target, (side) => side.query('SELECT pg_cancel_backend($1)', [pid]))
      // Then its own time limit ends the statement; the abort itself is reported either way.
      .catch(() => {})
  }
  signal.addEventListener('abort', cancel, { once: true })
  return async () => {
    signal.removeEventListener('abort', cancel)
    // A cancel on its way must not hit whatever runs next on this session.
    await cancelling
  }
}

function watchBlockers(
  pools: TargetPools,
  work: WatchedWork,
  pid: number,
): { readonly stop: () => Promise<readonly Blocker[]> } {
  const stopped = new AbortController()
  const look = lookForBlockers(pools, work, pid, stopped.signal)
  return {
    stop: () => {
      stopped.abort()
      return look
    },
  }
}

async function lookForBlockers(
  pools: TargetPools,
  work: WatchedWork,
  pid: number,
  stopped: AbortSignal,
): Promise<readonly Blocker[]> {
  const { lockMs } = limitsOf(work)
  let last: readonly Blocker[] = []
  await pause(lockMs / 2, stopped)
  while (!stopped.aborted) {
    // Each look gives its session back: cancels and the looks of others wait for one too.
    const look = pools.withSideClient(work.target, (side) => findBlockers(side, pid), stopped)
    // Naming the blockers is a service; not being able to look must not change the outcome.
    const now = await look.catch(() => [])
    if (now.length > 0 && last.length === 0) work.reportBlockers?.(now)
    if (now.length > 0) last = now
    await pause(lockMs / LOOKS_PER_LOCK_TIMEOUT, stopped)
  }
  return last
}

function withBlockers(error: unknown, blockers: readonly Blocker[]): unknown {
  if (!(error instanceof LockUnavailable) || blockers.length === 0) return error
  return error.retold(`${error.message} ${describeBlockers(blockers)}`, {
    details: { ...error.details, blockers },
  })
}

async function pause(ms: number, stopped: AbortSignal): Promise<void> {
  if (stopped.aborted) return
  await new Promise<void>((resolve) => {
    const timer = setTimeout(done, ms)
    function done(): void {
      clearTimeout(timer)
      stopped.removeEventListener('abort', done)
      resolve()
    }
    stopped.addEventListener('abort', done, { once: true })
  })
}
