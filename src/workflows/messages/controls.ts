/** How a person steers a live operation: Updates that are refused in words when they make no sense, each audited. */
import { allHandlersFinished, CancellationScope, condition } from '@temporalio/workflow'
import {
  type AbortRequest,
  type ControlRequest,
  type RepairRequest,
  type RetryTenantsRequest,
  type SetParallelismRequest,
  type SkipTenantRequest,
  UPDATE_ABORT,
  UPDATE_PAUSE,
  UPDATE_PROMOTE_WAVE,
  UPDATE_REPAIR,
  UPDATE_RESUME,
  UPDATE_RETRY_TENANTS,
  UPDATE_SET_PARALLELISM,
  UPDATE_SKIP_TENANT,
} from '../../contract.ts'
import { catalog } from '../activities.ts'
import type { CohortLine } from '../fanOut/cohortsInFlight.ts'
import { keepsDecisions } from '../patches.ts'
import { type Reason, reasonFor } from '../run/failures.ts'
import type { Progress } from '../run/progress.ts'
import { on } from './answered.ts'
import type { Notes } from './notes.ts'
import type { Permission } from './permission.ts'
import type { Decisions } from './repairDecisions.ts'
import { listenForRepairs } from './repairSignal.ts'
import { skipTenant } from './skipTenant.ts'
import type { Phase, Steering } from './validators.ts'

/** What a run asks its controls. */
export interface Controls {
  /** Runs the work that an abort, or a cancel of Temporal's, ends; both are heeded from here on. */
  readonly run: <T>(work: () => Promise<T>) => Promise<T>
  /** Why the work was ended, or null when nobody asked for it by `abort`. */
  readonly abortReason: () => Reason | null
  /** How far the operation is, which decides what may be asked of it. */
  readonly enter: (phase: Phase) => void
  readonly phase: () => Phase
  /** From here on nothing leads back: whoever wants to end the work is refused. */
  readonly becomeOneWay: () => void
  /** Returns at once unless a person has paused the operation. */
  readonly unpaused: () => Promise<void>
  /** Waits for `ms`, or until a person promotes the wave. */
  readonly soak: (ms: number) => Promise<void>
  /** Before the workflow ends: whoever asked has got an answer. */
  readonly answered: () => Promise<void>
}

/** What the controls work on. */
export interface Controlled {
  readonly operationId: string
  readonly progress: Progress
  readonly decisions: Decisions
  readonly notes: Notes
  readonly cohorts: CohortLine
  readonly permission: Permission
}

/** What the controls know of the run. */
interface State {
  phase: Phase
  isOneWay: boolean
  aborted: AbortRequest | null
  promoted: boolean
  scope: CancellationScope | null
}

/** Listens from the workflow's first moment on. */
export function listenForControls(controlled: Controlled): Controls {
  const { operationId, progress, decisions, notes, cohorts, permission } = controlled
  const state: State = {
    phase: 'opening',
    isOneWay: false,
    aborted: null,
    promoted: false,
    scope: null,
  }
  const steering = (): Steering => {
    const { phase, isOneWay, aborted } = state
    return { ...progress.now(), phase, isOneWay, isAborted: aborted !== null }
  }
  const judging = { steering, permission }
  const repairs = listenForRepairs({ ...controlled, steering })

  on<AbortRequest>(UPDATE_ABORT, judging, async (request) => {
    state.aborted = request
    if (state.phase === 'held') decisions.push({ action: 'abort', ...who(request) })
    else state.scope?.cancel()
    await notes.write({ action: 'abort', ...who(request) })
  })
  on<ControlRequest>(UPDATE_PAUSE, judging, async (request) => {
    cohorts.steer({ paused: true })
    progress.show({ paused: true })
    await catalog.setPaused({ operationId, paused: true, ...who(request) })
  })
  on<ControlRequest>(UPDATE_RESUME, judging, async (request) => {
    cohorts.steer({ paused: false })
    progress.show({ paused: false })
    await catalog.setPaused({ operationId, paused: false, ...who(request) })
  })
  on<SetParallelismRequest>(UPDATE_SET_PARALLELISM, judging, async (request) => {
    cohorts.steer({ parallel: request.parallel })
    const { actor, note } = who(request)
    if (keepsDecisions()) return await catalog.setParallelism({ operationId, parallel: request.parallel, actor, note })
    await notes.write({ action: 'set_parallelism', actor, note: `${request.parallel} ${note}`.trim() })
  })
  on<ControlRequest>(UPDATE_PROMOTE_WAVE, judging, async (request) => {
    state.promoted = true
    await notes.write({ action: 'promote_wave', ...who(request) })
  })
  on<RetryTenantsRequest>(UPDATE_RETRY_TENANTS, judging, async ({ tenants, ...request }) => {
    await decisions.ask({ action: 'retry', ...who(request), ...(tenants !== undefined && { tenants }) })
  })
  on<RepairRequest>(UPDATE_REPAIR, judging, async ({ action, actor = 'unknown', note = '' }) => {
    await decisions.ask({ action, actor, note })
  })
  on<SkipTenantRequest>(UPDATE_SKIP_TENANT, judging, async (request) => {
    await skipTenant(operationId, progress.now().planHash ?? '', request)
    if (state.phase === 'held') decisions.push({ action: 'skip', ...who(request) })
  })
  heedCancel(notes, state)

  return {
    run: (work) =>
      // Shielded from Temporal's own cancel, which heedCancel passes on only while it may still end the operation.
      CancellationScope.nonCancellable(() => {
        state.scope = new CancellationScope()
        return state.scope.run(work)
      }),
    abortReason: () => (state.aborted === null ? null : reasonOfAbort(state.aborted)),
    enter: (phase) => {
      state.phase = phase
      if (phase !== 'held' && phase !== 'repair') repairs.refuseRest()
    },
    phase: () => state.phase,
    becomeOneWay: () => {
      state.isOneWay = true
    },
    unpaused: () => condition(() => !progress.now().paused),
    soak: async (ms) => {
      state.promoted = false
      await condition(() => state.promoted, ms)
    },
    answered: async () => {
      repairs.refuseRest()
      await condition(() => allHandlersFinished() && notes.areWritten())
    },
  }
}

/** A cancel ends what is not durable yet; one that comes later, or while a person is to decide, is only written down. */
function heedCancel(notes: Notes, state: State): void {
  CancellationScope.current().cancelRequested.catch(async () => {
    if (state.scope === null) return
    if (state.phase === 'forward' && !state.isOneWay) return state.scope.cancel()
    await CancellationScope.nonCancellable(() =>
      notes.write({ actor: 'temporal', action: 'cancel_ignored', note: state.phase }),
    )
  })
}

function who({ actor = 'unknown', reason = '' }: ControlRequest): { actor: string; note: string } {
  return { actor, note: reason }
}

function reasonOfAbort({ actor, reason }: AbortRequest): Reason {
  const by = actor === undefined ? '' : ` by ${actor}`
  const why = reason === undefined || reason === '' ? '.' : `: ${reason}${/[.!?]$/.test(reason) ? '' : '.'}`
  return reasonFor('ABORTED', `cancelled: the operation was aborted${by}${why}`)
}
