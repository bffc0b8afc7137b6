/** Undoing what an operation did: every step registers its undo before it starts, and they run in reverse. */
import type { StepKey, TargetProblem } from '../../contract.ts'
import { catalog } from '../activities.ts'
import { accept } from '../messages/acceptance.ts'
import type { Decision } from '../messages/repairDecisions.ts'
import { refuse } from '../messages/repairSignal.ts'
import { isFailure, type Reason, reasonOf } from '../run/failures.ts'
import type { Run } from '../run/run.ts'

/** One undo; `round` counts the tries, so that children get fresh ids. Returns the targets that could not be undone. */
export type Undo = (round: number) => Promise<readonly TargetProblem[]>

/** The undos of a run by the step that each belongs to, in the order in which the steps began. */
export type Undos = Map<StepKey, Undo>

/** How the operation is to end, and how far an earlier run had come with that. */
export interface Retreat {
  readonly cause: Reason
  readonly endsAs: 'failed' | 'cancelled'
  /** The undo did not succeed in an earlier run: this one begins with the waiting. */
  readonly waits: boolean
  /** A cancel of Temporal's, with which the workflow itself ends; an abort ends it as failed. */
  readonly cancelledBy?: unknown
}

/**
 * Runs all undos in reverse and closes the operation, until every target is undone or a person accepts those that are not.
 * While one is not, or anything else keeps the operation from its end, it needs repair: it stays open, keeps its turn, and
 * waits for `repair`. Returns the status with which it was closed.
 */
export async function undoAndClose(run: Run, planHash: string, retreat: Retreat): Promise<'failed' | 'cancelled'> {
  const { operationId, progress, controls } = run
  const { cause } = retreat
  let { endsAs } = retreat
  for (let round = 1; ; round += 1) {
    if (!retreat.waits || round > 1) {
      const undone = await runUndos(run, round)
      if (undone.problems.length + undone.failures.length === 0)
        undone.failures.push(...(await close(run, endsAs, cause)))
      if (undone.problems.length + undone.failures.length === 0) return endsAs
      controls.enter('repair')
      await needRepair(run, cause, undone)
    }
    controls.enter('repair')
    progress.show({ status: 'needs_repair' })
    const decision = await decide(run, planHash)
    controls.enter('undo')
    const answered = { operationId, error: cause.message, errorCode: 'COMPENSATION_FAILED' }
    if (decision.action === 'accept') endsAs = 'failed'
    else {
      await catalog.beginCompensation(answered)
      progress.show({ status: 'compensating', problems: [] })
    }
    decision.answer?.()
    if (decision.action !== 'accept') continue
    const failures = await close(run, endsAs, cause)
    if (failures.length === 0) return endsAs
    await needRepair(run, cause, { problems: [], failures })
  }
}

/** What is left after a round: targets, and what has failed beside them. */
interface Left {
  readonly problems: TargetProblem[]
  readonly failures: string[]
}

async function needRepair({ operationId, progress }: Run, cause: Reason, { problems, failures }: Left): Promise<void> {
  const left = problems.map((problem) => (problem.scope === '' ? 'base' : `tenant ${problem.scope}`)).join(', ')
  const texts = [cause.message, ...(left === '' ? [] : [`The undo did not succeed on: ${left}.`]), ...failures]
  await catalog.markNeedsRepair({ operationId, error: texts.join(' '), errorCode: 'COMPENSATION_FAILED' })
  progress.show({ problems })
}

/** A workflow or an activity that failed on the way is no end of the undo: the other steps are undone all the same. */
async function runUndos({ undos }: Run, round: number): Promise<Left> {
  const left: Left = { problems: [], failures: [] }
  for (const [step, undo] of [...undos].reverse()) {
    try {
      left.problems.push(...(await undo(round)))
    } catch (error) {
      if (!isFailure(error)) throw error
      left.failures.push(`The undo of step ${step} failed: ${reasonOf(error).message}`)
    }
  }
  return left
}

/** Whatever the ledger knows to be changed still keeps the operation open, and is told. */
async function close({ operationId }: Run, status: 'failed' | 'cancelled', cause: Reason): Promise<string[]> {
  try {
    await catalog.closeOperation({ operationId, status, error: cause.message, errorCode: cause.code })
    return []
  } catch (error) {
    const { code, message } = reasonOf(error)
    if (!isFailure(error) || code !== 'COMPENSATION_FAILED') throw error
    return [message]
  }
}

/** Waits for a decision that ends the waiting; any other is answered, whatever becomes of it. */
async function decide(run: Run, planHash: string): Promise<Decision> {
  for (;;) {
    const decision = await run.decisions.next()
    const { action, actor, note } = decision
    if (action === 'retry') {
      await run.notes.write({ actor, action: 'repair_retry', note })
      return decision
    }
    try {
      if (action === 'accept' && (await accept(run, planHash, { actor, note }))) return decision
      const why =
        action === 'accept' ? 'The base is not as before.' : 'That is not possible while the operation is being undone.'
      await refuse(run, decision, why)
    } catch (error) {
      if (!isFailure(error)) throw error
      await refuse(run, decision, reasonOf(error))
    }
  }
}
