/** What people decide about an operation that waits for them, in the order in which they said it. */
import { condition, defineSignal, setHandler } from '@temporalio/workflow'
import { type ApplySchemaMutationInput, type RepairRequest, SIGNAL_REPAIR } from '../contract.ts'
import { goOnAsNewIfLong } from './goOnAsNew.ts'

/** One decision; `tenants` names those of a retry, `answer` tells whoever waits for it what became of it. */
export interface Decision {
  readonly action: RepairRequest['action'] | 'skip' | 'abort'
  readonly actor: string
  readonly note: string
  readonly tenants?: readonly string[]
  readonly answer?: (error?: unknown) => void
}

/** Decisions that nobody has acted on yet. */
export interface Decisions {
  readonly next: () => Promise<Decision>
  readonly push: (decision: Decision) => void
}

const repairSignal = defineSignal<[RepairRequest]>(SIGNAL_REPAIR)

/** Listens from the workflow's first moment on, so that no signal is lost. */
export function listenForDecisions(input: ApplySchemaMutationInput): Decisions {
  const waiting: Decision[] = []
  // A handler that throws would fail the workflow task for ever; what makes no sense is audited by whoever reads it.
  setHandler(repairSignal, (request) => {
    const { action, actor, note } = request ?? {}
    waiting.push({ action, actor: actor ?? 'unknown', note: note ?? '' })
  })
  return {
    push: (decision) => {
      waiting.push(decision)
    },
    next: async () => {
      for (;;) {
        const decision = waiting.shift()
        if (decision !== undefined) return decision
        await goOnAsNewIfLong(input)
        await condition(() => waiting.length > 0)
      }
    },
  }
}
