/** Workflow tasks that are lost, with the local activities that they have done: the next worker replays, and does them again. */
import type { PayloadCodec } from '@temporalio/common'
import { LOST_ON_PURPOSE } from '../../fixtures/temporalRuntime.ts'

/** Loses tasks of the worker that encodes with `codec`. */
export interface LostTasks {
  /** The task that this workflow is in, or else its next one, does not come to its end; `onLost` is called then. */
  readonly lose: (workflowId: string, onLost: () => void) => void
  readonly codec: PayloadCodec
}

/**
 * The codec changes nothing. A worker that cannot encode what a workflow wants reports its task as failed, and forgets
 * the workflow: what comes next is what a worker does that was not there before.
 */
export function createLostTasks(): LostTasks {
  const lost = new Map<string, () => void>()
  return {
    lose: (workflowId, onLost) => {
      lost.set(workflowId, onLost)
    },
    codec: {
      encode: async (payloads, context) => {
        // The results of activities are encoded as well; they belong to nobody's task.
        const isOfTask = context?.type === 'workflow' || context?.isLocal === true
        const onLost = isOfTask ? lost.get(context.workflowId ?? '') : undefined
        if (onLost === undefined) return payloads
        lost.delete(context?.workflowId ?? '')
        onLost()
        throw new Error(LOST_ON_PURPOSE)
      },
      decode: async (payloads) => payloads,
    },
  }
}
