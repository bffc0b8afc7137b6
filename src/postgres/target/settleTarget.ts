/** Removes what a plan leaves behind on a target until nobody can go back: the triggers of its syncs. */
import { StatementRefused, TargetDrifted } from '../../errors.ts'
import { renderFor } from '../../physical/sql.ts'
import type { TargetPools } from '../sessions/pools.ts'
import { ensureBookkeeping } from './bookkeeping/bookkeeping.ts'
import { isGone } from './bookkeeping/gone.ts'
import { prepareSession, type TargetExecution } from './stage/execution.ts'
import { watched } from './stage/watch.ts'

/**
 * Settles one target that has the whole plan; repeating it is harmless, and one that is gone is settled.
 * Errors: `LockUnavailable`, `TargetUnreachable`.
 */
export async function settleTarget(pools: TargetPools, work: TargetExecution): Promise<void> {
  try {
    await pools.withClient(work.target, (client, namespace) =>
      watched(pools, client, work, async () => {
        await prepareSession(client, work)
        await ensureBookkeeping(client)
        // One message is one transaction.
        await client.query(work.plan.settle.map((sql) => renderFor(namespace, sql)).join(';\n'))
      }),
    )
  } catch (error) {
    const refused = error instanceof TargetDrifted || error instanceof StatementRefused
    if (!refused || !(await pools.withClient(work.target, isGone))) throw error
  }
}
