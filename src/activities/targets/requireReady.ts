/** What an operation asks of its targets before it begins, asked of one that catches up before each plan that it misses. */
import type { TargetWork } from '../../contract.ts'
import { TargetDrifted } from '../../errors.ts'
import type { Difference } from '../../physical/equality.ts'
import { projectSchema } from '../../physical/project.ts'
import { loadPlan } from '../../postgres/catalog/operations/plans.ts'
import { preflightDatabase } from '../../postgres/preflight/preflightDatabase.ts'
import { requireFittingRows } from '../../postgres/preflight/rows.ts'
import { readNotedDrift } from '../../postgres/target/bookkeeping/registration.ts'
import type { ActivityDependencies } from '../dependencies.ts'

/**
 * Reads only; a target on which the plan has begun was asked before. What an undo has noted there is no reason to stay behind.
 * Errors: those of preflight.
 */
export async function requireReady(
  { catalog, targetPools }: Pick<ActivityDependencies, 'catalog' | 'targetPools'>,
  { operationId, planHash, target }: TargetWork,
): Promise<void> {
  const { plan, before, replicaLagMs } = await loadPlan(catalog, operationId, planHash)
  await targetPools.withClient(target, async (client, namespace) => {
    const question = { plan, expected: projectSchema(before), operationId, replicaLagMs }
    const [verdict] = await preflightDatabase(client, [{ target, namespace }], question, new Map())
    if (verdict === 'begun') return
    if (verdict instanceof Error) {
      const differences = differencesOf(verdict)
      if (differences === null) throw verdict
      const noted = await readNotedDrift(client, namespace)
      if (differences.some(({ object }) => !noted.includes(object))) throw verdict
    }
    await requireFittingRows(client, target, namespace, plan.checks)
  })
}

function differencesOf(error: unknown): readonly Pick<Difference, 'object'>[] | null {
  if (!(error instanceof TargetDrifted) || error.code !== 'TARGET_DRIFTED') return null
  const { differences } = error.details
  return Array.isArray(differences) ? (differences as readonly Pick<Difference, 'object'>[]) : null
}
