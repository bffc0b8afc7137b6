/** Duty 1: operations whose workflow is gone while the ledger says that they are not final are started again. */
import { listSilentOperations } from '../../postgres/catalog/lostOperations.ts'
import type { ProjectDuty } from '../reconcileActivities.ts'
import { reviveOperation } from '../turnActivities.ts'

/** They go on in the direction that the ledger says; those whose run is open are only slow, or wait for somebody. */
export const reviveOperations: ProjectDuty = async (deps, project, { dryRun }) => {
  const notes: string[] = []
  for (const { id, status, workflowId, runId } of await listSilentOperations(deps.catalog, project)) {
    const isGone = dryRun ? await deps.runs.isClosed(workflowId, runId) : await reviveOperation(deps, id)
    if (isGone) notes.push(`operation ${id} is ${status} without a run: ${dryRun ? 'to be' : ''} started again`)
  }
  return { found: notes.length, done: dryRun ? 0 : notes.length, left: dryRun ? notes.length : 0, notes }
}
