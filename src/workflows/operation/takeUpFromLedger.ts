/** Going on where an earlier run of the operation stopped, in the direction that the ledger says. */
import type { PlannedOperation, ResumedOperation } from '../../contract.ts'
import { registerTenantsUndo } from '../fanOut/rounds.ts'
import { holdUntilDecided } from '../messages/held.ts'
import { reasonFor } from '../run/failures.ts'
import type { Run } from '../run/run.ts'
import type { Retreat } from './compensations.ts'
import { registerBaseUndo } from './forward.ts'
import type { WaitingForTurn } from './turn.ts'

/** Where the operation stands: its schema is durable, it is being undone, or it goes on with what has not been done. */
export type TakenUp =
  | { readonly durable: PlannedOperation }
  | { readonly retreat: Retreat }
  | { readonly preflighted: boolean }

const AT_THE_BEGINNING: TakenUp = { preflighted: false }
const UNKNOWN = reasonFor('UNEXPECTED', 'The cause is not on record.')

/** Waits for the turn, and takes the operation up where an earlier run of it has stopped, if there was one. */
export async function takeUp(run: Run, turn: WaitingForTurn): Promise<TakenUp> {
  const { opened, progress, cohorts, controls } = run
  const { resumed } = opened
  if (opened.paused) {
    cohorts.steer({ paused: true })
    progress.show({ paused: true })
  }
  cohorts.steer({ parallel: opened.options.parallel ?? null })
  // A durable schema has given its turn back, or does so soon; it needs none.
  if (resumed?.from === 'durable')
    return resumed.plan === null ? { preflighted: resumed.preflighted } : { durable: resumed.plan }
  // Where a person is waited for, what is said already is not refused.
  controls.enter(resumed?.from === 'held' || resumed?.from === 'repair' ? resumed.from : 'forward')
  await turn.wait(progress, opened.turn)
  return resumed === undefined ? AT_THE_BEGINNING : await goOn(run, resumed)
}

async function goOn(run: Run, resumed: ResumedOperation): Promise<TakenUp> {
  const { opened, progress } = run
  const { plan, from, endsAs, reason } = resumed
  const cause = reason ?? UNKNOWN
  const isUndone = from === 'undo' || from === 'repair'
  if (plan !== null) {
    progress.show({ status: 'applying', planHash: plan.hash })
    if (opened.base !== null && resumed.baseEpoch !== null) registerBaseUndo(run, plan, opened.base, resumed.baseEpoch)
    registerTenantsUndo(run, plan)
  }
  if (isUndone) return { retreat: { cause, endsAs, waits: from === 'repair' } }
  if (plan === null) return AT_THE_BEGINNING
  if (from === 'held') await holdUntilDecided(run, plan, cause)
  return { preflighted: resumed.preflighted }
}
