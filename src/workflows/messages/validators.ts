/** Why an Update makes no sense in the present state of an operation, in words. */
import {
  type ControlRequest,
  type OperationProgress,
  type RepairRequest,
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

/** How far an operation is: what can still be asked of it. In `held` and in `repair` it waits for a person. */
export type Phase = 'opening' | 'forward' | 'held' | 'undo' | 'repair' | 'persisting' | 'durable'

/** What a refusal depends on. */
export interface Steering extends Pick<OperationProgress, 'status' | 'step' | 'paused' | 'wave' | 'problems'> {
  readonly phase: Phase
  readonly isAborted: boolean
  /** Whether it has changed what nothing leads back from. */
  readonly isOneWay: boolean
}

/** The sentence with which an Update, parsed, is refused, or null when it makes sense. */
export function refusalOf(update: string, steering: Steering, request: ControlRequest): string | null {
  const { phase, status } = steering
  if (phase === 'opening') return 'The operation has not begun yet.'
  if (update === UPDATE_REPAIR) return refusalOfRepair(steering, (request as RepairRequest).action)
  if (update === UPDATE_ABORT && steering.isOneWay) return NO_WAY_BACK
  if (steering.isAborted) return 'The operation is being aborted already.'
  if (phase !== 'forward' && phase !== 'held') return tooLate(update, status, phase)
  const refusal = REFUSALS[update]
  return refusal === undefined ? null : refusal(steering, request)
}

/** What was changed already can only be followed by the rest. */
const NO_WAY_BACK =
  'The change has no proven way back, and targets have it already: "retry" tries those that failed again, "park" leaves them behind.'

/** A decision makes sense only while somebody waits for it. */
function refusalOfRepair(
  { phase, status, problems, isOneWay }: Steering,
  action: RepairRequest['action'],
): string | null {
  switch (phase) {
    case 'held':
      if (action === 'compensate' && isOneWay) return NO_WAY_BACK
      if (action !== 'accept') return null
      return 'The operation is held and nothing is being undone: decide with "retry", "park" or "compensate".'
    case 'repair':
      if (action === 'park' || action === 'compensate') {
        return 'The undo of the operation did not succeed: "retry" tries it again, "accept" takes the targets as they are.'
      }
      if (action === 'retry' || problems.every(({ scope }) => scope !== '')) return null
      return 'The base is not as before, and is never taken as it is: "retry" tries its undo again.'
    case 'undo':
      return 'The operation is being undone: it says so when that does not succeed, and then waits for a decision.'
    case 'persisting':
    case 'durable':
      return `The operation is ${status} and its schema is durable: it commits by itself.`
    default:
      return `The operation is ${status}: there is nothing to repair.`
  }
}

function tooLate(update: string, status: string, phase: Exclude<Phase, 'opening' | 'forward' | 'held'>): string {
  const isUndone = phase === 'undo' || phase === 'repair'
  if (update === UPDATE_RETRY_TENANTS && isUndone) {
    return `The operation is ${status}: it is being undone; \`repair\` with "retry" tries the undo again.`
  }
  if (phase === 'persisting')
    return `The schema of the operation is being made durable: ${VERBS[update]} makes no sense now.`
  const why = isUndone ? 'it is being undone' : 'its schema is durable'
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
  [UPDATE_RETRY_TENANTS]: ({ phase }) =>
    phase === 'held' ? null : 'The operation is not held: what fails is tried again by itself.',
  [UPDATE_SKIP_TENANT]: ({ step }, request) => {
    const { reason } = request as SkipTenantRequest
    if (reason === undefined || reason === '') return 'A reason is expected: it is shown with the tenant.'
    return step === null || step === 'turn' ? 'The operation has not been planned yet: park the tenant instead.' : null
  },
  [UPDATE_PROMOTE_WAVE]: ({ wave }) => {
    if (wave === null) return 'The operation has no waves.'
    return wave.soaking ? null : `Wave ${wave.number} of ${wave.of} is still at work: there is nothing to promote.`
  },
}
