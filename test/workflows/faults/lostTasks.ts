/** Workflow tasks that are lost, with the local activities that they have done: the next worker replays, and does them again. */
import type { PayloadCodec } from '@temporalio/common'
import { DefaultLogger, type LogEntry } from '@temporalio/worker'

/** Loses tasks of the worker that encodes with `codec`. */
export interface LostTasks {
  /** The task that this workflow is in, or else its next one, does not come to its end; `onLost` is called then. */
  readonly lose: (workflowId: string, onLost: () => void) => void
  readonly codec: PayloadCodec
}

const TEXT = 'A worker was lost within a workflow task.'

/** Logs errors, but not the tasks that were lost on purpose. */
export const LOGGER_OF_THE_REST = new DefaultLogger('ERROR', (entry: LogEntry) => {
  const { error } = (entry.meta ?? {}) as { error?: unknown }
  if (!(error instanceof Error && error.message === TEXT)) console.error(entry.level, entry.message, entry.meta)
})

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
        throw new Error(TEXT)
      },
      decode: async (payloads) => payloads,
    },
  }
}
