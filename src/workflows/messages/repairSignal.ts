/** The Signal `repair`, and what becomes of decisions that make no sense: they are answered, shown and audited. */
import { CancellationScope, defineSignal, setHandler } from '@temporalio/workflow'
import { LONGEST, parseRepair } from '../../contract/requests.ts'
import { type RepairRequest, SIGNAL_REPAIR, UPDATE_REPAIR } from '../../contract.ts'
import { answersSignals } from '../patches.ts'
import { isFailure, type Reason, reasonFor, reasonOf, workflowFailure } from '../run/failures.ts'
import type { Progress } from '../run/progress.ts'
import type { Notes } from './notes.ts'
import { tryParse } from './parsed.ts'
import type { Permission } from './permission.ts'
import type { Decision, Decisions } from './repairDecisions.ts'
import { refusalOf, type Steering } from './validators.ts'

/** What is needed to answer. */
export interface Answering {
  readonly progress: Progress
  readonly notes: Notes
}

const repairSignal = defineSignal<[unknown]>(SIGNAL_REPAIR)

/** Listens from the workflow's first moment on, so that no Signal is lost; a handler that throws would end all work. */
export function listenForRepairs({
  decisions,
  steering,
  permission,
  ...answering
}: Answering & {
  readonly decisions: Decisions
  readonly steering: () => Steering
  readonly permission: Permission
}): {
  /** Nobody waits for a decision any more: those that are left are refused. */
  readonly refuseRest: () => void
} {
  setHandler(repairSignal, async (given) => {
    const outcome = tryParse(parseRepair, given)
    const refusal = 'error' in outcome ? outcome.error.message : refusalNow(steering(), outcome.value)
    const request = ('value' in outcome ? outcome.value : (given ?? {})) as Partial<RepairRequest>
    const by = { actor: nameOf(request.actor), note: typeof request.note === 'string' ? request.note : '' }
    if (refusal !== null && answersSignals()) return await ignore(answering, by.actor, refusal)
    const decision: Decision = { action: request.action as RepairRequest['action'], ...by }
    const isAllowed = () => isAllowedBy(permission, answering, decision)
    if (steering().phase === 'opening') return decisions.push({ ...decision, isAllowed })
    if (!permission.isAsked()) return decisions.push(decision)
    if (!(await isAllowed())) return
    const late = refusalOf(UPDATE_REPAIR, steering(), request as RepairRequest)
    if (late === null) decisions.push(decision)
    else await ignore(answering, by.actor, late)
  })
  return {
    refuseRest: () => {
      for (const decision of decisions.takeRest()) {
        const { action, answer } = decision
        // A history of before has kept it for the next time that somebody waits for a decision.
        if (answer === undefined && !answersSignals()) decisions.push(decision)
        else if (action !== 'skip' && action !== 'abort') {
          const text = refusalOf(UPDATE_REPAIR, steering(), decision) ?? 'The operation has gone on already.'
          void refuse(answering, decision, text)
        }
      }
    },
  }
}

/** Whoever may not decide reads why. */
function isAllowedBy(permission: Permission, answering: Answering, decision: Decision): true | Promise<boolean> {
  if (!permission.isAsked()) return true
  const { action, actor, note } = decision
  return permission.require(UPDATE_REPAIR, { action, actor, note } as RepairRequest).then(
    () => true,
    async (error) => {
      if (!isFailure(error)) throw error
      await refuse(answering, decision, reasonOf(error))
      return false
    },
  )
}

/** Refuses a decision: whoever waits for it is told, and everybody else reads it. */
export async function refuse(answering: Answering, decision: Decision, why: Reason | string): Promise<void> {
  const { action, actor, answer } = decision
  const reason = typeof why === 'string' ? reasonFor('NOT_APPLICABLE', why) : why
  answer?.(workflowFailure(reason))
  await ignore(answering, actor, `"${String(action)}": ${reason.message}`)
}

async function ignore({ progress, notes }: Answering, actor: string, note: string): Promise<void> {
  progress.show({ refused: note })
  await CancellationScope.nonCancellable(() => notes.write({ actor, action: 'repair_ignored', note }))
}

/** Before the ledger was read nobody knows what makes sense. */
function refusalNow(steering: Steering, request: RepairRequest): string | null {
  return steering.phase === 'opening' ? null : refusalOf(UPDATE_REPAIR, steering, request)
}

/** As much of it as may be kept: of what is refused nobody has asked how long it is. */
function nameOf(actor: unknown): string {
  return typeof actor === 'string' ? actor.slice(0, LONGEST.actor) : 'unknown'
}
