/** Why an Update makes no sense in the present state of an operation, in words. */
import {
  type ControlRequest,
  type OperationProgress,
  type RetryTenantsRequest,
  type SetParallelismRequest,
  type SkipTenantRequest,
  UPDATE_ABORT,
  UPDATE_PAUSE,
  UPDATE_PROMOTE_WAVE,
  UPDATE_RESUME,
  UPDATE_RETRY_TENANTS,
  UPDATE_SET_PARALLELISM,
  UPDATE_SKIP_TENANT,
} from '../contract.ts'

/** How far an operation is: what can still be asked of it. */
export type Phase = 'opening' | 'forward' | 'held' | 'undo' | 'durable'

/** What a refusal depends on. */
export interface Steering extends Pick<OperationProgress, 'status' | 'step' | 'paused' | 'wave'> {
  readonly phase: Phase
  readonly isAborted: boolean
}

const MOST_PARALLEL = 1_000

/** The sentence with which the Update is refused, or null when it makes sense. */
export function refusalOf(update: string, steering: Steering, request: ControlRequest): string | null {
  const { phase, status } = steering
  if (phase === 'opening') return 'The operation has not begun yet.'
  if (steering.isAborted) return 'The operation is being aborted already.'
  if (phase === 'durable' || phase === 'undo') return tooLate(update, status, phase)
  const refusal = REFUSALS[update]
  return refusal === undefined ? null : refusal(steering, request)
}

function tooLate(update: string, status: string, phase: 'durable' | 'undo'): string {
  if (update === UPDATE_RETRY_TENANTS && phase === 'undo') {
    return `The operation is ${status}: it is being undone; \`repair\` with "retry" tries the undo again.`
  }
  const why = phase === 'durable' ? 'its schema is durable' : 'it is being undone'
  return `The operation is ${status} and ${why}: ${VERBS[update] ?? 'this'} makes no sense any more.`
}

const VERBS: Readonly<Record<string, string>> = {
  [UPDATE_ABORT]: 'aborting it',
  [UPDATE_PAUSE]: 'pausing it',
  [UPDATE_RESUME]: 'resuming it',
  [UPDATE_SKIP_TENANT]: 'skipping a tenant',
  [UPDATE_RETRY_TENANTS]: 'retrying tenants',
  [UPDATE_SET_PARALLELISM]: 'changing its parallelism',
  [UPDATE_PROMOTE_WAVE]: 'promoting a wave',
}

const REFUSALS: Readonly<Record<string, (steering: Steering, request: ControlRequest) => string | null>> = {
  [UPDATE_PAUSE]: ({ paused, phase }) => {
    if (phase === 'held') return 'The operation is held already: it begins nothing until a person decides.'
    return paused ? 'The operation is paused already.' : null
  },
  [UPDATE_RESUME]: ({ paused }) => (paused ? null : 'The operation is not paused.'),
  [UPDATE_RETRY_TENANTS]: ({ phase }, request) => {
    const { tenants } = request as RetryTenantsRequest
    if (tenants !== undefined && tenants.length === 0) return 'The list of tenants is empty.'
    return phase === 'held' ? null : 'The operation is not held: what fails is tried again by itself.'
  },
  [UPDATE_SKIP_TENANT]: ({ step }, request) => {
    const { tenant, reason } = request as SkipTenantRequest
    if (typeof tenant !== 'string' || tenant === '') return 'A tenant is expected.'
    if (reason === undefined || reason === '') return 'A reason is expected: it is shown with the tenant.'
    return step === null || step === 'turn' ? 'The operation has not been planned yet: park the tenant instead.' : null
  },
  [UPDATE_SET_PARALLELISM]: (_, request) => {
    const { parallel } = request as SetParallelismRequest
    const fits = Number.isInteger(parallel) && parallel >= 1 && parallel <= MOST_PARALLEL
    return fits ? null : `A whole number from 1 to ${MOST_PARALLEL} is expected.`
  },
  [UPDATE_PROMOTE_WAVE]: ({ wave }) => {
    if (wave === null) return 'The operation has no waves.'
    return wave.soaking ? null : `Wave ${wave.number} of ${wave.of} is still at work: there is nothing to promote.`
  },
}
