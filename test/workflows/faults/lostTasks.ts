/** Workflow tasks that are lost, with the local activities that they have done: the next worker replays, and does them again. */
import type { PayloadCodec } from '@temporalio/common'
import { LOST_ON_PURPOSE } from '../../fixtures/temporalRuntime.ts'

/** Loses tasks of the worker that encodes with `codec`. */
export interface LostTasks {
  /**
   * The task that this workflow is in, or else its next one, does not come to its end; `onLost` is called then.
   * `isInTask`: it has just failed an activity in its task, and schedules another one in its place.
   */
  readonly lose: (workflowId: string, isInTask: boolean, onLost: () => void) => void
  readonly codec: PayloadCodec
}

/**
 * The codec changes nothing. A worker that cannot encode what a workflow wants reports its task as failed, and forgets
 * the workflow: what comes next is what a worker does that was not there before.
 */
export function createLostTasks(): LostTasks {
  const lost = new Map<string, { readonly isInTask: boolean; readonly heardBy: readonly (() => void)[] }>()
  return {
    lose: (workflowId, isInTask, onLost) => {
      const { heardBy = [] } = lost.get(workflowId) ?? {}
      lost.set(workflowId, { isInTask, heardBy: [...heardBy, onLost] })
    },
    codec: {
      encode: async (payloads, context) => {
        const losing = lost.get(context?.workflowId ?? '')
        // The results of activities are encoded as well; they belong to nobody's task.
        const isOfTask = context?.type === 'workflow' || context?.isLocal === true || losing?.isInTask === true
        if (losing === undefined || !isOfTask) return payloads
        lost.delete(context?.workflowId ?? '')
        for (const onLost of losing.heardBy) onLost()
        throw new Error(LOST_ON_PURPOSE)
      },
      decode: async (payloads) => payloads,
    },
  }
}
