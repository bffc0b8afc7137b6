/** Adds what drifted targets lack; a workflow of its own, because an index may take longer than a run of the reconciler. */
import { upsertSearchAttributes } from '@temporalio/workflow'
import { parseRepairDrift } from '../../contract/inputs/fleetInputs.ts'
import type { RepairDriftInput } from '../../contract/reconcile.ts'
import { parsed } from '../messages/parsed.ts'
import { reasonOf, workflowFailure } from '../run/failures.ts'
import { PROJECT_ATTRIBUTE } from '../run/progress.ts'
import { driftRepairs } from './fleetProxies.ts'

/** Fails while an operation has the project's turn; what concerns one target only is counted. */
export async function repairDrift(given: RepairDriftInput): Promise<{ repaired: number; failed: number }> {
  const input = parsed(parseRepairDrift, given)
  upsertSearchAttributes([{ key: PROJECT_ATTRIBUTE, value: input.project }])
  try {
    return await driftRepairs.repairDriftInTurn(input)
  } catch (error) {
    throw workflowFailure(reasonOf(error))
  }
}
