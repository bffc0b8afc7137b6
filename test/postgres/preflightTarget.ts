/** Preflight of one target by itself, as the preflight of a fleet asks it. */
import type { ClientBase } from 'pg'
import { type PreflightInput, preflightDatabase } from '../../src/postgres/preflight/preflightDatabase.ts'
import { requireFittingRows } from '../../src/postgres/preflight/rows.ts'

/**
 * Throws what stands in the way.
 * Errors: `TARGET_GONE`, `TARGET_DRIFTED`, `TARGET_UNFIT`, `ROWS_HIDDEN`, `DATA_REJECTED`.
 */
export async function preflightTarget(client: ClientBase, input: PreflightInput): Promise<void> {
  const { target, plan, namespace = target.namespace } = input
  const [verdict] = await preflightDatabase(client, [{ target, namespace }], input, new Map())
  if (verdict instanceof Error) throw verdict
  if (verdict === 'fine') await requireFittingRows(client, target, namespace, plan.checks)
}
