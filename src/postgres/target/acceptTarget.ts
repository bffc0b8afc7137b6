/** Taking a target as it is: its markers say so, and neither a late try nor a later undo touches it. */
import type { TargetPools } from '../sessions/pools.ts'
import { ensureBookkeeping } from './bookkeeping/bookkeeping.ts'
import { prepareSession, type TargetExecution } from './stage/execution.ts'
import { watched } from './stage/watch.ts'

const ACCEPT = `
  WITH changed AS (
    UPDATE schema_saga_target.marker SET state = 'accepted', at = now()
     WHERE namespace = $1 AND incarnation = $2 AND operation_id = $3 AND state IN ('started', 'applied')
    RETURNING stage)
  INSERT INTO schema_saga_target.marker (namespace, incarnation, operation_id, epoch, stage, state, plan_hash)
  SELECT $1, $2, $3, $4, stage, 'accepted', $5 FROM unnest($6::integer[]) AS s(stage)
   WHERE stage NOT IN (SELECT stage FROM changed)
  ON CONFLICT DO NOTHING`

/** Accepts what the operation left on the target; repeating it is harmless. Errors: `LockUnavailable`, `TargetUnreachable`. */
export async function acceptTarget(pools: TargetPools, work: TargetExecution): Promise<void> {
  const { target, operationId, epoch, plan } = work
  await pools.withClient(target, (client, namespace) =>
    watched(pools, client, work, async () => {
      await prepareSession(client, work)
      await ensureBookkeeping(client)
      const stages = plan.forward.map(({ stage }) => stage)
      await client.query(ACCEPT, [namespace, target.incarnation, operationId, epoch, plan.hash, stages])
    }),
  )
}
