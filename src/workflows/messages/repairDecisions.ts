/** What people decide about an operation that waits for them, in the order in which they said it. */
import { condition } from '@temporalio/workflow'
import type { ApplySchemaMutationInput, RepairRequest } from '../../contract.ts'
import { goOnAsNewIfLong } from '../run/continueAsNew.ts'

/** One decision; `tenants` names those of a retry, `answer` tells whoever waits for it what became of it. */
export interface Decision {
  readonly action: RepairRequest['action'] | 'skip' | 'abort'
  readonly actor: string
  readonly note: string
  readonly tenants?: readonly string[]
  readonly answer?: (error?: unknown) => void
  /** Of one that came before anybody could be asked: false, with whoever sent it told, if it must not be heeded. */
  readonly isAllowed?: () => true | Promise<boolean>
}

/** Decisions that nobody has acted on yet. */
export interface Decisions {
  readonly next: () => Promise<Decision>
  readonly push: (decision: Decision) => void
  /** The same, and waits until somebody has acted on it; fails with what was wrong with it. */
  readonly ask: (decision: Omit<Decision, 'answer'>) => Promise<void>
  /** Takes those that nobody will act on any more. */
  readonly takeRest: () => readonly Decision[]
}

/** An empty line of decisions. */
export function createDecisions(input: ApplySchemaMutationInput): Decisions {
  const waiting: Decision[] = []
  const push = (decision: Decision): void => {
    waiting.push(decision)
  }
  const isAnyWaiting = (): boolean => waiting.length > 0
  return {
    push,
    ask: (decision) =>
      new Promise<void>((resolve, reject) => {
        push({ ...decision, answer: (error) => (error === undefined ? resolve() : reject(error)) })
      }),
    takeRest: () => waiting.splice(0),
    next: async () => {
      for (;;) {
        const decision = waiting.shift()
        if (decision !== undefined) {
          const allowed = decision.isAllowed?.() ?? true
          if (allowed === true || (await allowed)) return decision
          continue
        }
        // Whoever asks now waits for its answer: it is given before this run may end.
        await goOnAsNewIfLong(input, isAnyWaiting)
        await condition(isAnyWaiting)
      }
    },
  }
}
