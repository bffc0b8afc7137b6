/** The undo of an operation on a target whose namespace is not there any more. */
import type { ClientBase } from 'pg'
import type { TargetExecution } from '../stage/execution.ts'
import { transact } from '../stage/transaction.ts'
import { renamedTo } from './sameTables.ts'

/**
 * Whether the target's database has no such namespace: what an error says is no proof of it. One that somebody has renamed
 * is there, with all that was done to it, and may get its name back.
 */
export async function isGone(client: ClientBase, namespace: string): Promise<boolean> {
  const { rowCount } = await client.query('SELECT FROM pg_catalog.pg_namespace WHERE nspname = $1', [namespace])
  return rowCount === 0 && (await renamedTo(client, namespace)) === null
}

/**
 * Looks, with the target's row held, whether its namespace is gone; then there is nothing left to undo, but the markers
 * may outlive the namespace: those of this operation are closed, and every stage gets its tombstone, so that no late try
 * runs in a namespace of that name which somebody makes again. A target that had reached the plan's revision is back at
 * the one before, as after any undo. False, with nothing done, when the namespace is there.
 */
export async function shutIfGone(client: ClientBase, namespace: string, work: TargetExecution): Promise<boolean> {
  return await transact(client, async () => {
    await client.query('SELECT FROM schema_saga_target.target WHERE namespace = $1 FOR UPDATE', [namespace])
    const gone = await isGone(client, namespace)
    if (gone) await shut(client, namespace, work)
    return gone
  })
}

async function shut(client: ClientBase, namespace: string, work: TargetExecution): Promise<void> {
  const { target, operationId, epoch, plan } = work
  const key = [namespace, target.incarnation, operationId]
  await client.query(
    `UPDATE schema_saga_target.marker SET state = 'compensated', undone_in = $4, at = now()
      WHERE namespace = $1 AND incarnation = $2 AND operation_id = $3 AND state IN ('started', 'applied')`,
    [...key, epoch],
  )
  await client.query(
    `INSERT INTO schema_saga_target.marker (namespace, incarnation, operation_id, epoch, stage, state, plan_hash)
     SELECT $1, $2, $3, $4, stage, 'compensated', $5 FROM unnest($6::int[]) AS stage ON CONFLICT DO NOTHING`,
    [...key, epoch, plan.hash, plan.forward.map(({ stage }) => stage)],
  )
  await client.query(
    `UPDATE schema_saga_target.target SET revision = $3, schema_hash = $4, updated_at = now()
      WHERE namespace = $1 AND incarnation = $2 AND revision = $5 AND schema_hash = $6`,
    [namespace, target.incarnation, plan.baseRevision, plan.schemaHash, plan.nextRevision, plan.nextSchemaHash],
  )
}
