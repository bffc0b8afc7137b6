/** One writer per project: waiting for the turn, and waking the next operation. */
import { condition, defineSignal, getExternalWorkflowHandle, log, setHandler, workflowInfo } from '@temporalio/workflow'
import { SIGNAL_TURN } from '../contract.ts'
import type { Progress } from './progress.ts'
import { catalog } from './proxies.ts'

const turnSignal = defineSignal(SIGNAL_TURN)

const MINUTE_MS = 60_000

/**
 * Waits until this operation may write. The finishing operation signals; the timer, which grows from 1 to 30 minutes,
 * is for the case that its signal was lost.
 */
export function listenForTurn(): { wait: (operationId: string, progress: Progress) => Promise<void> } {
  let signalled = false
  setHandler(turnSignal, () => {
    signalled = true
  })
  return {
    wait: async (operationId, progress) => {
      for (let pause = MINUTE_MS; ; pause = Math.min(pause * 2, 30 * MINUTE_MS)) {
        signalled = false
        const turn = await catalog.takeTurn({ operationId, runId: workflowInfo().firstExecutionRunId })
        progress.show({ waitsFor: turn.waitsFor, step: turn.taken ? null : 'turn' })
        if (turn.taken) return
        await condition(() => signalled, pause)
      }
    },
  }
}

/** Gives the turn back and wakes the operation behind this one, if there is any. */
export async function passTurnOn(operationId: string): Promise<void> {
  const { next } = await catalog.releaseTurn({ operationId })
  if (next === null) return
  try {
    await getExternalWorkflowHandle(next).signal(turnSignal)
  } catch (error) {
    // Its workflow may have been terminated; whoever is behind it finds the turn free on its own timer.
    log.warn('the next operation could not be woken', { next, reason: String(error) })
  }
}
