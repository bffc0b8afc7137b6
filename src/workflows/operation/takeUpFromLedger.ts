/** Going on where an earlier run of the operation stopped, in the direction that the ledger says. */
import type { ResumedOperation } from '../../contract.ts'
import { registerTenantsUndo } from '../fanOut/rounds.ts'
import { holdUntilDecided } from '../messages/held.ts'
import { type Reason, reasonFor } from '../run/failures.ts'
import type { Run } from './applySchemaMutation.ts'
import { registerBaseUndo } from './forward.ts'
import type { WaitingForTurn } from './turn.ts'

/** Thrown inside the saga only: the ledger says that the operation is being undone. */
class UndoAgain extends Error {
  readonly resumed: ResumedOperation

  constructor(resumed: ResumedOperation) {
    super('the operation is being undone')
    this.resumed = resumed
  }
}

/** Waits for the turn, and takes the operation up again if an earlier run got anywhere; undefined if none did. */
export async function takeUp(run: Run, turn: WaitingForTurn): Promise<ResumedOperation | undefined> {
  const { opened, progress, cohorts, controls } = run
  const { resumed } = opened
  if (opened.paused) {
    cohorts.steer({ paused: true })
    progress.show({ paused: true })
  }
  cohorts.steer({ parallel: opened.options.parallel ?? null })
  // A durable schema has given its turn back, or does so soon; it needs none.
  if (resumed?.from === 'durable') return resumed
  // Where a person is waited for, what is said already is not refused.
  controls.enter(resumed?.from === 'held' || resumed?.from === 'repair' ? resumed.from : 'forward')
  await turn.wait(progress, opened.turn)
  if (resumed === undefined) return undefined
  const { plan } = resumed
  const isUndone = resumed.from === 'undo' || resumed.from === 'repair'
  if (plan === null && isUndone) throw new UndoAgain(resumed)
  if (plan === null) return undefined
  progress.show({ status: 'applying', planHash: plan.hash })
  if (opened.base !== null && resumed.baseEpoch !== null) registerBaseUndo(run, plan, opened.base, resumed.baseEpoch)
  registerTenantsUndo(run, plan)
  if (isUndone) throw new UndoAgain(resumed)
  if (resumed.from === 'held') await holdUntilDecided(run, plan, resumed.reason ?? UNKNOWN)
  return resumed
}

/** What an earlier run was undoing, and whether it waits for a person; null for any other error. */
export function beginUndoAgain(
  error: unknown,
): { readonly reason: Reason; readonly endsAs: 'failed' | 'cancelled'; readonly waits: boolean } | null {
  if (!(error instanceof UndoAgain)) return null
  const { reason, endsAs, from } = error.resumed
  return { reason: reason ?? UNKNOWN, endsAs, waits: from === 'repair' }
}

const UNKNOWN = reasonFor('UNEXPECTED', 'The cause is not on record.')
