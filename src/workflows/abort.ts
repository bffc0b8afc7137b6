/** The Update `abort`: a person ends an operation that is not durable yet, and everything is undone. */
import { allHandlersFinished, CancellationScope, condition, defineUpdate, setHandler } from '@temporalio/workflow'
import { type AbortRequest, UPDATE_ABORT } from '../contract.ts'
import { type Reason, workflowFailure } from './failures.ts'
import type { Progress } from './progress.ts'
import { catalog } from './proxies.ts'

const abortUpdate = defineUpdate<void, [AbortRequest]>(UPDATE_ABORT)

/** What can be aborted, and whether it was. */
export interface Abortable {
  /** Runs the work that an abort cancels; aborts are accepted from here on. */
  readonly run: <T>(work: () => Promise<T>) => Promise<T>
  /** Why the work was cancelled, or null when nobody asked for it here. */
  readonly reason: () => Reason | null
  /** Before the workflow ends: whoever asked has got an answer. */
  readonly answered: () => Promise<void>
}

/** Listens from the workflow's first moment on. An abort that makes no sense any more is refused in words. */
export function listenForAbort(operationId: string, progress: Progress): Abortable {
  const scope = new CancellationScope()
  let accepts = false
  let aborted: AbortRequest | null = null
  setHandler<void, [AbortRequest], typeof abortUpdate>(
    abortUpdate,
    async (request) => {
      aborted = request
      scope.cancel()
      const { actor = 'unknown', reason } = request
      await CancellationScope.nonCancellable(() =>
        catalog.audit({ operationId, actor, action: 'abort', ...(reason !== undefined && { note: reason }) }),
      )
    },
    {
      validator: () => {
        const text = refusal(progress, accepts, aborted !== null)
        if (text !== null) throw workflowFailure({ type: 'RequestRefused', code: 'NOT_APPLICABLE', message: text })
      },
    },
  )
  return {
    run: (work) => {
      accepts = true
      return scope.run(work)
    },
    reason: () => (aborted === null ? null : reasonOfAbort(aborted)),
    answered: () => condition(allHandlersFinished),
  }
}

function refusal(progress: Progress, accepts: boolean, isAborted: boolean): string | null {
  const { status, step } = progress.now()
  if (isAborted) return 'The operation is being aborted already.'
  if (!accepts) return 'The operation has not begun yet.'
  if (status !== 'pending' && status !== 'applying') return `The operation is ${status}: it cannot be aborted any more.`
  if (step === null || step === 'turn') return null
  const durable = !['preflight', 'base_project_ddl', 'tenant_ddl'].includes(step)
  return durable ? 'The schema is being made durable: the operation cannot be aborted any more.' : null
}

function reasonOfAbort({ actor, reason }: AbortRequest): Reason {
  const by = actor === undefined ? '' : ` by ${actor}`
  const why = reason === undefined ? '.' : `: ${reason}`
  return { type: 'Cancelled', code: 'ABORTED', message: `cancelled: the operation was aborted${by}${why}` }
}
