/** Removes what a plan leaves behind on a target until nobody can go back: the triggers of its syncs. */
import type { ClientBase } from 'pg'
import { StatementRefused, TargetDrifted } from '../errors.ts'
import { renderFor } from '../physical/sql.ts'
import type { TargetPools } from './pools.ts'
import { ensureBookkeeping } from './target/bookkeeping.ts'
import { isGone } from './target/gone.ts'
import { transact } from './target/transaction.ts'
import { watched } from './target/watch.ts'
import { prepareSession, type TargetExecution } from './target/work.ts'

/**
 * Settles one target that has the whole plan; repeating it is harmless, and one that is gone is settled.
 * Errors: `LockUnavailable`, `TargetUnreachable`.
 */
export async function settleTarget(pools: TargetPools, work: TargetExecution): Promise<void> {
  // One message is one transaction.
  await onTarget(pools, work, async (client, namespace) => void (await client.query(settling(work, namespace))))
}

/**
 * The same for a target of which it is not known how far it has come: false, with nothing done, where the operation is
 * half-way, because what it left there is still needed.
 */
export async function settleUnlessHalfWay(pools: TargetPools, work: TargetExecution): Promise<boolean> {
  const settled = await onTarget(pools, work, (client, namespace) =>
    transact(client, async () => {
      const halfWay = await isHalfWay(client, namespace, work)
      if (!halfWay) await client.query(settling(work, namespace))
      return !halfWay
    }),
  )
  return settled ?? true
}

/** With the target's row locked, so that no stage runs meanwhile. */
async function isHalfWay(client: ClientBase, namespace: string, work: TargetExecution): Promise<boolean> {
  const { target, operationId, plan } = work
  const key = [namespace, target.incarnation]
  const { rows } = await client.query<{ revision: number }>(
    `SELECT revision FROM schema_saga_target.target WHERE namespace = $1 AND incarnation = $2 FOR NO KEY UPDATE`,
    key,
  )
  if ((rows[0]?.revision ?? plan.nextRevision) >= plan.nextRevision) return false
  const open = await client.query(
    `SELECT FROM schema_saga_target.marker
      WHERE namespace = $1 AND incarnation = $2 AND operation_id = $3 AND state IN ('started', 'applied') LIMIT 1`,
    [...key, operationId],
  )
  return open.rowCount === 1
}

function settling({ plan }: TargetExecution, namespace: string): string {
  return plan.settle.map((sql) => renderFor(namespace, sql)).join(';\n')
}

/** Null when the target is gone. */
async function onTarget<T>(
  pools: TargetPools,
  work: TargetExecution,
  run: (client: ClientBase, namespace: string) => Promise<T>,
): Promise<T | null> {
  try {
    return await pools.withClient(work.target, (client, namespace) =>
      watched(pools, client, work, async () => {
        await prepareSession(client, work)
        await ensureBookkeeping(client)
        return await run(client, namespace)
      }),
    )
  } catch (error) {
    const refused = error instanceof TargetDrifted || error instanceof StatementRefused
    if (!refused || !(await pools.withClient(work.target, isGone))) throw error
    return null
  }
}
