/** What Temporal knows of the work of one workflow that is under way. */
import type { WorkflowHandle } from '@temporalio/client'
import type { WaitsOn } from '../../contract/documents.ts'
import { asErrorCode, ERRORS } from '../../contract/errors/errorCodes.ts'

/** A workflow as Temporal describes it. */
export type Raw = Awaited<ReturnType<WorkflowHandle['describe']>>['raw']
type PendingActivity = NonNullable<Raw['pendingActivities']>[number]
type Moment = PendingActivity['scheduledTime']

/** An activity that has failed once may be between two tries as a matter of course; a task that has, may not. */
const LEAST_TASK_TRIES = 3

/** Work that a worker which is not busy takes up within milliseconds. */
const LEAST_UNTAKEN_MS = 10_000

/** Of activities and tasks alike, in Temporal's API. */
const SCHEDULED = 1

/** Nothing of it is under way. */
export function isIdle({ pendingActivities, pendingChildren, pendingWorkflowTask }: Raw): boolean {
  return !pendingActivities?.length && !pendingChildren?.length && pendingWorkflowTask == null
}

/** What fails in a workflow and is tried again: an activity, or the workflow's own task. */
export function failingIn({ pendingActivities, pendingWorkflowTask }: Raw): WaitsOn | null {
  const failing = pendingActivities?.find(({ lastFailure }) => lastFailure != null)
  if (failing !== undefined) return activityOf(failing)
  const tries = pendingWorkflowTask?.attempt ?? 0
  return tries >= LEAST_TASK_TRIES ? waiting('workflow task', tries, 'UNEXPECTED', TASK_FAILS) : null
}

const TASK_FAILS =
  "The workflow's code fails, or is of another release than its history: the worker's log says why, and it continues once that is fixed."

/** Work that has been lying about. */
export function untakenIn({ pendingActivities, pendingWorkflowTask }: Raw): WaitsOn | null {
  const task = pendingWorkflowTask
  if (task?.state === SCHEDULED && isOld(task.originalScheduledTime)) return untaken('workflow task')
  const activity = pendingActivities?.find(({ state, scheduledTime }) => state === SCHEDULED && isOld(scheduledTime))
  return activity === undefined ? null : untaken(activity.activityType?.name ?? 'an activity')
}

function isOld(at: Moment): boolean {
  return at != null && Date.now() - Number(at.seconds ?? 0) * 1_000 >= LEAST_UNTAKEN_MS
}

function untaken(work: string): WaitsOn {
  return waiting(work, 0, 'NO_WORKER', `No worker has taken it up for ${LEAST_UNTAKEN_MS / 1_000} s or more.`)
}

function activityOf({ activityType, attempt, lastFailure }: PendingActivity): WaitsOn {
  const work = activityType?.name ?? 'an activity'
  const tries = attempt ?? 1
  if (lastFailure?.timeoutFailureInfo != null) return waiting(work, tries, 'NO_WORKER', OUT_OF_TIME)
  const code = codeOf(lastFailure?.applicationFailureInfo?.details?.payloads?.[0]?.data)
  return waiting(work, tries, code, lastFailure?.message ?? 'No reason is known.')
}

const OUT_OF_TIME = 'The worker that had it did not finish in time, or stopped sending heartbeats: another try is due.'

/** With what to do about it. */
export function waiting(work: string, tries: number, code: string, error: string): WaitsOn {
  return { work, tries, error_code: code, error, advice: ERRORS[asErrorCode(code)].advice }
}

function codeOf(data: Uint8Array | null | undefined): string {
  if (data == null) return 'UNEXPECTED'
  try {
    const { code } = JSON.parse(Buffer.from(data).toString('utf8')) as { code?: unknown }
    return typeof code === 'string' ? code : 'UNEXPECTED'
  } catch {
    return 'UNEXPECTED'
  }
}
