/** One writer per project: waiting for the turn, and waking the next operation. */
import { condition, defineSignal, getExternalWorkflowHandle, log, setHandler, workflowInfo } from '@temporalio/workflow'
import { type ApplySchemaMutationInput, type PersistOutcome, SIGNAL_TURN, type Turn } from '../../contract.ts'
import { catalog } from '../activities.ts'
import { TURN_PAUSE_MS } from '../retryPolicies.ts'
import { goOnAsNewIfLong } from '../run/continueAsNew.ts'
import type { Progress } from '../run/progress.ts'

const turnSignal = defineSignal(SIGNAL_TURN)

/** What waits for the turn; `first` is the answer that came with the opened operation. */
export interface WaitingForTurn {
  readonly wait: (progress: Progress, first: Turn | undefined) => Promise<void>
}

/**
 * Waits until this operation may write. The finishing operation signals; the timer, which grows from 1 to 30 minutes,
 * is for the case that its signal was lost, or that the one in front has no run any more: then it is started again.
 */
export function listenForTurn(input: ApplySchemaMutationInput): WaitingForTurn {
  const { operationId } = input
  let signalled = false
  setHandler(turnSignal, () => {
    signalled = true
  })
  return {
    wait: async (progress, first) => {
      // A signal that comes after the question is not to be missed.
      const take = (): Promise<Turn> => {
        signalled = false
        return catalog.takeTurn({ operationId, runId: workflowInfo().firstExecutionRunId })
      }
      let turn = first ?? (await take())
      for (let pause = TURN_PAUSE_MS.first; ; pause = Math.min(pause * 2, TURN_PAUSE_MS.longest)) {
        progress.show({ waitsFor: turn.waitsFor, step: turn.taken ? null : 'turn' })
        if (turn.taken) return
        await goOnAsNewIfLong(input)
        await condition(() => signalled, pause)
        turn = await take()
      }
    },
  }
}

/** Gives the turn back, unless that is done (`given`), and wakes the operation behind this one, if there is any. */
export async function passTurnOn(operationId: string, given?: PersistOutcome['turn']): Promise<void> {
  const { next } = given ?? (await catalog.releaseTurn({ operationId }))
  if (next === null) return
  try {
    await getExternalWorkflowHandle(next).signal(turnSignal)
  } catch (error) {
    // Its workflow may have been terminated; whoever is behind it finds the turn free on its own timer.
    log.warn('the next operation could not be woken', { next, reason: String(error) })
  }
}
