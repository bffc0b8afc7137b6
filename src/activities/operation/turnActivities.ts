/** Waiting for the turn: whoever is in front and has no run any more is started again, so that nobody waits for the dead. */
import type { Turn } from '../../contract.ts'
import { readRequest, requireOperation } from '../../postgres/catalog/operations/read.ts'
import { isSilent, takeTurn } from '../../postgres/catalog/operations/turn.ts'
import type { ActivityDependencies } from '../dependencies.ts'

/** Takes the turn, or says who is in front; one in front that has been silent for two minutes and is closed goes on. */
export async function takeTurnOrRevive(
  { catalog, runs }: Pick<ActivityDependencies, 'catalog' | 'runs'>,
  { operationId, runId }: { operationId: string; runId: string },
): Promise<Turn> {
  const turn = await takeTurn(catalog, { operationId, firstRunId: runId })
  if (turn.waitsFor !== null && (await isSilent(catalog, turn.waitsFor.operationId))) {
    await reviveOperation({ catalog, runs }, turn.waitsFor.operationId)
  }
  return turn
}

/** Starts an operation again whose run is closed although the ledger says that it is not final. True when it did. */
export async function reviveOperation(
  { catalog, runs }: Pick<ActivityDependencies, 'catalog' | 'runs'>,
  operationId: string,
): Promise<boolean> {
  const { projectId, runId, workflowId, actor } = await requireOperation(catalog, operationId)
  if (!(await runs.isClosed(workflowId, runId))) return false
  const { mutation, options } = await readRequest(catalog, operationId)
  await runs.startAgain({ project: projectId, operationId, mutation, options, actor })
  return true
}
