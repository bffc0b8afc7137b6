/** Undoing what an operation did: every step registers its undo before it starts, and they run in reverse. */
import { condition, defineSignal, setHandler } from '@temporalio/workflow'
import { type RepairRequest, SIGNAL_REPAIR, type TargetProblem } from '../contract.ts'
import type { Progress } from './progress.ts'
import { catalog } from './proxies.ts'

/** One undo; `round` counts the tries, so that children get fresh ids. Returns the targets that could not be undone. */
export type Undo = (round: number) => Promise<readonly TargetProblem[]>

/** What people may ask an operation that needs repair. */
const repairSignal = defineSignal<[RepairRequest]>(SIGNAL_REPAIR)

/** Queues repair requests from the workflow's first moment on, so that none is lost. */
export function listenForRepair(): { next: () => Promise<RepairRequest> } {
  const requests: RepairRequest[] = []
  // A handler that throws would fail the workflow task for ever; what is not understood is audited later.
  setHandler(repairSignal, (request) => {
    requests.push(request)
  })
  return {
    next: async () => {
      await condition(() => requests.length > 0)
      return requests.shift() ?? { action: 'retry' }
    },
  }
}

/**
 * Runs all undos in reverse, until every target is undone. While one is not, the operation needs repair: it stays
 * open, keeps its turn, and tries again when a person signals `repair` with `retry`.
 */
export async function undoAll(
  operationId: string,
  undos: readonly Undo[],
  cause: string,
  repair: { next: () => Promise<RepairRequest> },
  progress: Progress,
): Promise<void> {
  for (let round = 1; ; round += 1) {
    const problems = await runUndos(undos, round)
    if (problems.length === 0) return
    const left = problems.map((problem) => (problem.scope === '' ? 'base' : `tenant ${problem.scope}`)).join(', ')
    const error = `${cause} The undo did not succeed on: ${left}.`
    await catalog.markNeedsRepair({ operationId, error, errorCode: 'COMPENSATION_FAILED' })
    progress.show({ status: 'needs_repair', problems })
    await waitForRetry(operationId, repair)
    await catalog.beginCompensation({ operationId, error: cause, errorCode: 'COMPENSATION_FAILED' })
    progress.show({ status: 'compensating', problems: [] })
  }
}

async function runUndos(undos: readonly Undo[], round: number): Promise<TargetProblem[]> {
  const problems: TargetProblem[] = []
  for (const undo of [...undos].reverse()) problems.push(...(await undo(round)))
  return problems
}

async function waitForRetry(operationId: string, repair: { next: () => Promise<RepairRequest> }): Promise<void> {
  for (;;) {
    const request = await repair.next()
    const understood = request?.action === 'retry'
    await catalog.audit({
      operationId,
      actor: request?.actor ?? 'unknown',
      action: understood ? 'repair_retry' : 'repair_ignored',
      note: understood ? (request.note ?? '') : `"${String(request?.action)}" makes no sense while undoing`,
    })
    if (understood) return
  }
}
